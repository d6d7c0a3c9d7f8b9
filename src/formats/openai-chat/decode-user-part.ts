import { asObject, asString, asText, type JsonObject } from '../../domain/json-value.ts';
import type { CacheHint, DocumentPart, ImagePart, MediaSource, Part } from '../../domain/message-part.ts';
import { readCacheControl } from '../cache-control.ts';
import { parseDataUrl } from '../media-type.ts';
import { malformed } from '../parse-body.ts';

/** A content part of a request; kinds nobody knows yet travel as they are. */
export function decodeUserPart(part: JsonObject, path: string): Part {
  switch (part['type']) {
    case 'text':
    case undefined:
      return { type: 'text', text: asString(part['text']) ?? '', ...readCache(part) };
    case 'refusal':
      return { type: 'text', text: asString(part['refusal']) ?? '', refusal: true };
    case 'image_url':
      return decodeImage(part, path);
    case 'file':
      return decodeFile(part, path);
    case 'input_audio': {
      const audio = asObject(part['input_audio']);
      return {
        type: 'audio',
        data: asString(audio?.['data']) ?? '',
        encoding: asText(audio?.['format']) ?? 'wav',
      };
    }
    default:
      return {
        type: 'vendor',
        name: asText(part['type']) ?? 'part',
        vendor: { format: 'openai-chat', value: part },
      };
  }
}

/** OpenRouter's spelling is Anthropic's; OpenAI has a breakpoint of its own. */
function readCache(part: JsonObject): { cache?: CacheHint } {
  return part['prompt_cache_breakpoint'] === undefined ? readCacheControl(part) : { cache: '5m' };
}

function decodeImage(part: JsonObject, path: string): ImagePart {
  const image = asObject(part['image_url']);
  const url = asString(image?.['url']) ?? asString(part['image_url']);
  if (url === undefined) throw malformed(`${path}.image_url.url must be a string.`);
  const detail = asText(image?.['detail']);
  return {
    type: 'image',
    source: sourceOf(url, path),
    ...(detail === undefined ? {} : { detail }),
    ...readCache(part),
  };
}

function decodeFile(part: JsonObject, path: string): DocumentPart {
  const file = asObject(part['file']);
  const data = asText(file?.['file_data']);
  const id = asText(file?.['file_id']);
  if (data === undefined && id === undefined) throw malformed(`${path}.file needs file_data or file_id.`);
  return {
    type: 'document',
    source: data === undefined ? { kind: 'file', id: id ?? '', format: 'openai-chat' } : sourceOf(data, path),
    title: asText(file?.['filename']),
    ...readCache(part),
  };
}

function sourceOf(url: string, path: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const parsed = parseDataUrl(url);
  if (parsed === undefined) throw malformed(`${path}: the data URL has no comma.`);
  return { kind: 'base64', ...parsed };
}
