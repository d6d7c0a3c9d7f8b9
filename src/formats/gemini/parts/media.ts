import { asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, MediaSource, Part } from '../../../domain/message-part.ts';
import type { WarningList } from '../../../domain/warning.ts';
import { assertNever } from '../../../lib/assert-never.ts';
import type { TranslationTarget } from '../../codec.ts';
import { sniffMediaType } from '../../media-type.ts';

/** What part encoders need to know. */
export interface EncodeScope {
  readonly target: TranslationTarget;
  readonly warnings: WarningList;
}

/** This format caches prefixes by itself and takes no marks. */
export function warnOfCache(cache: string | undefined, { warnings }: EncodeScope): void {
  if (cache !== undefined)
    warnings.add('cache_hint_dropped', 'cache_control', 'The provider takes no prompt-cache marks.');
}

/** `inlineData`: the type decides what it is to other formats. */
export function decodeInlineData(data: JsonObject): Part {
  const bytes = asString(data['data']) ?? '';
  const mediaType = sniffMediaType(bytes) ?? asText(data['mimeType']) ?? 'application/octet-stream';
  if (mediaType.startsWith('audio/'))
    return { type: 'audio', encoding: mediaType.slice('audio/'.length), data: bytes };
  const source = { kind: 'base64', mediaType, data: bytes } as const;
  return decodeMedia(source, mediaType, asText(data['displayName']));
}

/** `fileData`: a link, or a file in Google's store. */
export function decodeFileData(data: JsonObject): Part {
  const uri = asString(data['fileUri']) ?? '';
  const isStored = uri.startsWith('gs://') || uri.startsWith('https://generativelanguage.googleapis.com/');
  const source: MediaSource = isStored
    ? { kind: 'file', id: uri, format: 'gemini' }
    : { kind: 'url', url: uri };
  return decodeMedia(source, asText(data['mimeType']) ?? '', asText(data['displayName']));
}

function decodeMedia(
  source: MediaSource,
  mediaType: string,
  title: string | undefined,
): ImagePart | DocumentPart {
  return mediaType.startsWith('image/') ? { type: 'image', source } : { type: 'document', source, title };
}

/** Media have been made to fit before: what is left has a shape here. */
export function encodeImage(part: ImagePart): JsonObject {
  return encodeSource(part.source, 'image/png');
}

export function encodeDocument({ source, title }: DocumentPart): JsonObject[] {
  if (source.kind === 'text')
    return [{ text: title === undefined ? source.text : `${title}\n${source.text}` }];
  if (source.kind === 'parts')
    return source.parts.map((item) => (item.type === 'text' ? { text: item.text } : encodeImage(item)));
  return [encodeSource(source, 'application/pdf')];
}

/** @param mimeType what a link is taken for, since it does not tell */
function encodeSource(source: MediaSource, mimeType: string): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: source.mediaType, data: source.data } };
    case 'url':
      return { fileData: { mimeType, fileUri: source.url } };
    case 'file':
      return { fileData: { mimeType, fileUri: source.id } };
    default:
      return assertNever(source);
  }
}
