import { Buffer } from 'node:buffer';
import { asList, asObject, asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, MediaSource, Part, TextPart } from '../../../domain/message-part.ts';
import type { WarningList } from '../../../domain/warning.ts';
import { capabilityRejected } from '../../capability.ts';
import type { TranslationTarget } from '../../codec.ts';
import { parseDataUrl, writeDataUrl } from '../../media-type.ts';
import { malformed } from '../../parse-body.ts';
import { readAnnotation } from '../annotations.ts';

/** What part encoders need to know. */
export interface EncodeScope {
  readonly target: TranslationTarget;
  readonly warnings: WarningList;
}

/** Content is one string or a list of parts, in messages and in outputs of tools alike. */
export function decodeContent(content: JsonObject[string], path: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (content === null || content === undefined) return [];
  if (!Array.isArray(content)) throw malformed(`${path} must be a string or a list of parts.`);
  return content.map((item, at) => {
    const part = asObject(item);
    if (part === undefined) throw malformed(`${path}[${at}] must be an object.`);
    return decodePart(part, `${path}[${at}]`);
  });
}

function decodePart(part: JsonObject, path: string): Part {
  switch (part['type']) {
    case 'input_text':
    case 'text':
      return { type: 'text', text: asString(part['text']) ?? '' };
    case 'output_text':
      return decodeOutputText(part);
    case 'refusal':
      return { type: 'text', text: asString(part['refusal']) ?? '', refusal: true };
    case 'input_image':
      return decodeImage(part, path);
    case 'input_file':
      return decodeFile(part, path);
    default:
      return {
        type: 'vendor',
        name: asText(part['type']) ?? 'part',
        vendor: { format: 'openai-responses', value: part },
      };
  }
}

export function decodeOutputText(part: JsonObject): TextPart {
  const citations = asList(part['annotations']).flatMap((item) => readAnnotation(asObject(item)) ?? []);
  const text = asString(part['text']) ?? '';
  return citations.length > 0 ? { type: 'text', text, citations } : { type: 'text', text };
}

function decodeImage(part: JsonObject, path: string): ImagePart {
  const url = asText(part['image_url']) ?? asText(asObject(part['image_url'])?.['url']);
  const detail = asText(part['detail']);
  return {
    type: 'image',
    source: decodeSource(url, asText(part['file_id']), path),
    ...(detail === undefined ? {} : { detail }),
  };
}

function decodeFile(part: JsonObject, path: string): DocumentPart {
  const url = asText(part['file_data']) ?? asText(part['file_url']);
  return {
    type: 'document',
    source: decodeSource(url, asText(part['file_id']), path),
    title: asText(part['filename']),
  };
}

function decodeSource(url: string | undefined, id: string | undefined, path: string): MediaSource {
  if (url === undefined) {
    if (id === undefined) throw malformed(`${path} needs its data, a URL or a file_id.`);
    return { kind: 'file', id, format: 'openai-responses' };
  }
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const parsed = parseDataUrl(url);
  if (parsed === undefined) throw malformed(`${path}: the data URL has no comma.`);
  return { kind: 'base64', ...parsed };
}

/** A part of what the user says, or of what a tool returned. */
export function encodeContentPart(part: Part, scope: EncodeScope): JsonObject[] {
  switch (part.type) {
    case 'text':
      warnOfCache(part.cache, scope);
      return [{ type: 'input_text', text: part.text }];
    case 'image':
      warnOfCache(part.cache, scope);
      return [encodeImage(part, scope)];
    case 'document':
      warnOfCache(part.cache, scope);
      return encodeDocument(part, scope);
    case 'vendor':
      return [part.vendor.value];
    case 'audio':
      throw capabilityRejected('The model takes no audio: leave the audio part out.');
    default:
      scope.warnings.add('part_dropped', 'messages', `A user cannot say a part of type ${part.type}.`);
      return [];
  }
}

/** This format caches prefixes by itself and takes no marks. */
export function warnOfCache(cache: string | undefined, { warnings }: EncodeScope): void {
  if (cache !== undefined)
    warnings.add('cache_hint_dropped', 'cache_control', 'The provider takes no prompt-cache marks.');
}

function encodeImage(part: ImagePart, { target, warnings }: EncodeScope): JsonObject {
  const { source } = part;
  const detail = part.detail ?? 'auto';
  if (target.quirks.images === 'none') {
    warnings.add('part_converted', 'messages', 'The model takes no image: a marker stands in its place.');
    return { type: 'input_text', text: '[An image was here, but this model cannot see it.]' };
  }
  if (source.kind === 'base64')
    return { type: 'input_image', image_url: writeDataUrl(source.mediaType, source.data), detail };
  if (source.kind === 'file') return { type: 'input_image', file_id: ownFile(source, 'image_block'), detail };
  if (target.quirks.images === 'inline')
    throw capabilityRejected('The provider fetches no images from links; send the bytes.', 'image_block');
  return { type: 'input_image', image_url: source.url, detail };
}

function encodeDocument(part: DocumentPart, scope: EncodeScope): JsonObject[] {
  const { source } = part;
  const { documents } = scope.target.quirks;
  const heading = part.title === undefined ? '' : `${part.title}\n`;
  if (source.kind === 'text') return [{ type: 'input_text', text: heading + source.text }];
  if (source.kind === 'parts') return source.parts.flatMap((item) => encodeContentPart(item, scope));
  if (source.kind === 'base64' && source.mediaType.startsWith('text/'))
    return [{ type: 'input_text', text: heading + Buffer.from(source.data, 'base64').toString('utf8') }];
  if (source.kind === 'file') return [{ type: 'input_file', file_id: ownFile(source, 'document_block') }];
  if (documents === 'none' || (source.kind === 'url' && documents !== 'url'))
    throw capabilityRejected(
      `The document ${part.title ?? ''} cannot be read by the model chosen; send its text.`,
      'document_block',
    );
  if (source.kind === 'url') return [{ type: 'input_file', file_url: source.url }];
  const filename = part.title ?? 'document.pdf';
  return [{ type: 'input_file', filename, file_data: writeDataUrl(source.mediaType, source.data) }];
}

/** Both formats of OpenAI share one file store. */
function ownFile(
  source: Extract<MediaSource, { kind: 'file' }>,
  capability: 'image_block' | 'document_block',
): string {
  if (source.format === 'openai-responses' || source.format === 'openai-chat') return source.id;
  throw capabilityRejected(
    `The file ${source.id} lives in the file store of another provider; send its content instead.`,
    capability,
  );
}
