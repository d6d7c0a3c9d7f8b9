import type { JsonObject } from '../../../domain/json-value.ts';
import { asObject, asString } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, MediaSource, Part, TextPart } from '../../../domain/message-part.ts';
import type { WarningList } from '../../../domain/warning.ts';
import { assertNever } from '../../../lib/assert-never.ts';
import { writeCacheControl } from '../../cache-control.ts';
import { capabilityRejected } from '../../capability.ts';
import type { TranslationTarget } from '../../codec.ts';
import { writeDataUrl } from '../../media-type.ts';

/** What part encoders need to know. */
export interface EncodeScope {
  readonly target: TranslationTarget;
  readonly warnings: WarningList;
}

/** Content as one string where it is text alone, which every server takes, or as a list of parts. */
export function encodeContent(parts: readonly JsonObject[]): string | JsonObject[] {
  const isPlain = parts.every((part) => part['type'] === 'text' && part['cache_control'] === undefined);
  return isPlain ? parts.map((part) => asString(part['text']) ?? '').join('\n\n') : [...parts];
}

/** A part of what the user says; tool results and what only assistants say are not for here. */
export function encodeUserPart(part: Part, scope: EncodeScope): JsonObject[] {
  switch (part.type) {
    case 'text':
      return [encodeText(part, scope)];
    case 'image':
      return [encodeImage(part)];
    case 'document':
      return encodeDocument(part, scope);
    case 'audio':
      return [{ type: 'input_audio', input_audio: { data: part.data, format: part.encoding } }];
    case 'vendor': {
      const own = part.vendor.format === 'openai-chat' ? asObject(part.vendor.value) : undefined;
      return own === undefined ? [] : [own];
    }
    default:
      scope.warnings.add('part_dropped', 'messages', `A user cannot say a part of type ${part.type}.`);
      return [];
  }
}

export function encodeText(part: TextPart, scope: EncodeScope): JsonObject {
  warnOfCache(part, scope);
  const cache = scope.target.quirks.cacheControl ? part.cache : undefined;
  return { type: 'text', text: part.text, ...writeCacheControl(cache) };
}

export function warnOfCache(part: TextPart, { target, warnings }: EncodeScope): void {
  if (part.cache !== undefined && !target.quirks.cacheControl)
    warnings.add('cache_hint_dropped', 'cache_control', 'The provider takes no prompt-cache marks.');
}

/** Media have been made to fit before: what is left has a shape here. */
function encodeImage(part: ImagePart): JsonObject {
  const { source } = part;
  const url = source.kind === 'base64' ? writeDataUrl(source.mediaType, source.data) : linkOf(source);
  const detail = part.detail === undefined ? {} : { detail: part.detail };
  return { type: 'image_url', image_url: { url, ...detail } };
}

function linkOf(source: Exclude<MediaSource, { kind: 'base64' }>): string {
  if (source.kind === 'url') return source.url;
  throw capabilityRejected(
    `Images cannot be named by a file id (${source.id}); send the bytes.`,
    'image_block',
  );
}

function encodeDocument(part: DocumentPart, scope: EncodeScope): JsonObject[] {
  const { source, title } = part;
  const heading = title === undefined ? '' : `${title}\n`;
  switch (source.kind) {
    case 'text':
      return [{ type: 'text', text: heading + source.text }];
    case 'parts':
      return source.parts.flatMap((item) => encodeUserPart(item, scope));
    case 'file':
      return [{ type: 'file', file: { file_id: source.id } }];
    case 'base64': {
      const data = writeDataUrl(source.mediaType, source.data);
      return [{ type: 'file', file: { filename: title ?? 'document.pdf', file_data: data } }];
    }
    case 'url':
      throw capabilityRejected('Documents cannot be named by a link; send the bytes.', 'document_block');
    default:
      return assertNever(source);
  }
}
