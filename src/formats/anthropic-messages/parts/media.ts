import { asList, asObject, asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, MediaSource, TextPart } from '../../../domain/message-part.ts';
import { capabilityRejected } from '../../capability.ts';
import { sniffMediaType } from '../../media-type.ts';
import { malformed } from '../../parse-body.ts';
import { readCacheControl, writeCacheControl } from '../../cache-control.ts';
import { decodeText, encodeText } from './text.ts';

export function decodeImage(block: JsonObject, path: string): ImagePart {
  return {
    type: 'image',
    source: decodeSource(asObject(block['source']), `${path}.source`),
    ...readCacheControl(block),
  };
}

export function encodeImage(part: ImagePart): JsonObject {
  return { type: 'image', source: encodeSource(part.source), ...writeCacheControl(part.cache) };
}

export function decodeDocument(block: JsonObject, path: string): DocumentPart {
  const context = asText(block['context']);
  return {
    type: 'document',
    source: decodeDocumentSource(asObject(block['source']), `${path}.source`),
    title: asText(block['title']),
    ...(context === undefined ? {} : { context }),
    ...readCacheControl(block),
  };
}

export function encodeDocument(part: DocumentPart): JsonObject {
  return {
    type: 'document',
    source: encodeDocumentSource(part),
    ...(part.title === undefined ? {} : { title: part.title }),
    ...(part.context === undefined ? {} : { context: part.context }),
    ...writeCacheControl(part.cache),
  };
}

function decodeDocumentSource(source: JsonObject | undefined, path: string): DocumentPart['source'] {
  if (source?.['type'] === 'text') return { kind: 'text', text: asString(source['data']) ?? '' };
  if (source?.['type'] !== 'content') return decodeSource(source, path);
  if (typeof source['content'] === 'string') return { kind: 'text', text: source['content'] };
  const blocks = asList(source['content']).map(asObject);
  return {
    kind: 'parts',
    parts: blocks.flatMap((block, at): (TextPart | ImagePart)[] => {
      if (block === undefined) return [];
      return [block['type'] === 'image' ? decodeImage(block, `${path}.content[${at}]`) : decodeText(block)];
    }),
  };
}

function encodeDocumentSource(part: DocumentPart): JsonObject {
  const { source } = part;
  if (source.kind === 'text') return { type: 'text', media_type: 'text/plain', data: source.text };
  if (source.kind !== 'parts') return encodeSource(source);
  return {
    type: 'content',
    content: source.parts.map((item) => (item.type === 'image' ? encodeImage(item) : encodeText(item))),
  };
}

function decodeSource(source: JsonObject | undefined, path: string): MediaSource {
  switch (source?.['type']) {
    case 'base64': {
      const data = asString(source['data']) ?? '';
      // What the bytes say beats what the client says: wrong labels are common, and refused.
      const mediaType = sniffMediaType(data) ?? asText(source['media_type']) ?? 'application/octet-stream';
      return { kind: 'base64', mediaType, data };
    }
    case 'url':
      return { kind: 'url', url: asString(source['url']) ?? '' };
    case 'file':
      return { kind: 'file', id: asString(source['file_id']) ?? '', format: 'anthropic-messages' };
    default:
      throw malformed(`${path}.type must be base64, url or file.`);
  }
}

function encodeSource(source: MediaSource): JsonObject {
  if (source.kind === 'base64') return { type: 'base64', media_type: source.mediaType, data: source.data };
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.format === 'anthropic-messages') return { type: 'file', file_id: source.id };
  throw capabilityRejected(
    `The file ${source.id} lives in the file store of another provider; send its content instead.`,
  );
}
