import type { JsonObject } from '../../../domain/json-value.ts';
import type { Part } from '../../../domain/message-part.ts';
import { encodeDocument, encodeImage, type EncodeScope, warnOfCache } from './media.ts';

/** A part of what the user says, or of what a tool returned. */
export function encodeUserPart(part: Part, scope: EncodeScope): JsonObject[] {
  if ('cache' in part) warnOfCache(part.cache, scope);
  switch (part.type) {
    case 'text':
      return [{ text: part.text }];
    case 'image':
      return [encodeImage(part)];
    case 'document':
      return encodeDocument(part);
    case 'audio':
      return [{ inlineData: { mimeType: `audio/${part.encoding}`, data: part.data } }];
    case 'vendor':
      return [part.vendor.value];
    default:
      scope.warnings.add('part_dropped', 'messages', `A user cannot say a part of type ${part.type}.`);
      return [];
  }
}
