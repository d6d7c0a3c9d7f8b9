import { asList, asObject, asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, MediaSource, Part, TextPart } from '../../../domain/message-part.ts';
import type { WarningList } from '../../../domain/warning.ts';
import { assertNever } from '../../../lib/assert-never.ts';
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
      return [encodeImage(part)];
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

/** Media have been made to fit before: what is left has a shape here. */
function encodeImage({ source, detail = 'auto' }: ImagePart): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { type: 'input_image', image_url: writeDataUrl(source.mediaType, source.data), detail };
    case 'url':
      return { type: 'input_image', image_url: source.url, detail };
    case 'file':
      return { type: 'input_image', file_id: source.id, detail };
    default:
      return assertNever(source);
  }
}

function encodeDocument(part: DocumentPart, scope: EncodeScope): JsonObject[] {
  const { source, title } = part;
  const heading = title === undefined ? '' : `${title}\n`;
  switch (source.kind) {
    case 'text':
      return [{ type: 'input_text', text: heading + source.text }];
    case 'parts':
      return source.parts.flatMap((item) => encodeContentPart(item, scope));
    case 'file':
      return [{ type: 'input_file', file_id: source.id }];
    case 'url':
      return [{ type: 'input_file', file_url: source.url }];
    case 'base64': {
      const data = writeDataUrl(source.mediaType, source.data);
      return [{ type: 'input_file', filename: title ?? 'document.pdf', file_data: data }];
    }
    default:
      return assertNever(source);
  }
}
