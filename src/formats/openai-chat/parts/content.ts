import type { JsonObject } from '../../../domain/json-value.ts';
import { asObject, asString } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, Part, TextPart } from '../../../domain/message-part.ts';
import type { WarningList } from '../../../domain/warning.ts';
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
      return [encodeImage(part, scope)];
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

function encodeImage(part: ImagePart, scope: EncodeScope): JsonObject {
  const { source } = part;
  if (scope.target.quirks.images === 'none') return markerFor('image', scope);
  if (source.kind === 'file')
    throw capabilityRejected(
      `The image ${source.id} lives in the file store of another provider; send its bytes.`,
      'image_block',
    );
  if (source.kind === 'url' && scope.target.quirks.images === 'inline')
    throw capabilityRejected('The provider fetches no images from links; send the bytes.', 'image_block');
  const url = source.kind === 'url' ? source.url : writeDataUrl(source.mediaType, source.data);
  const detail = part.detail === undefined ? {} : { detail: part.detail };
  return { type: 'image_url', image_url: { url, ...detail } };
}

function encodeDocument(part: DocumentPart, scope: EncodeScope): JsonObject[] {
  const { source } = part;
  const heading = part.title === undefined ? '' : `${part.title}\n`;
  if (source.kind === 'text') return [{ type: 'text', text: heading + source.text }];
  if (source.kind === 'parts') return source.parts.flatMap((item) => encodeUserPart(item, scope));
  if (source.kind === 'base64' && source.mediaType.startsWith('text/'))
    return [{ type: 'text', text: heading + Buffer.from(source.data, 'base64').toString('utf8') }];
  if (source.kind === 'file' && source.format === 'openai-chat')
    return [{ type: 'file', file: { file_id: source.id } }];
  if (source.kind !== 'base64' || scope.target.quirks.documents === 'none')
    throw capabilityRejected(
      `The document ${part.title ?? ''} cannot be read by the model chosen; send its text.`,
      'document_block',
    );
  const filename = part.title ?? 'document.pdf';
  return [{ type: 'file', file: { filename, file_data: writeDataUrl(source.mediaType, source.data) } }];
}

/** Never in silence: the model must know that something was there. */
function markerFor(what: string, scope: EncodeScope): JsonObject {
  scope.warnings.add(
    'part_converted',
    'messages',
    `The model takes no ${what}: a marker stands in its place.`,
  );
  return { type: 'text', text: `[An ${what} was here, but this model cannot see it.]` };
}
