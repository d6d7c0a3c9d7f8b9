import { Buffer } from 'node:buffer';
import { asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { DocumentPart, ImagePart, MediaSource, Part } from '../../../domain/message-part.ts';
import type { WarningList } from '../../../domain/warning.ts';
import { capabilityRejected } from '../../capability.ts';
import type { TranslationTarget } from '../../codec.ts';
import { sniffMediaType } from '../../media-type.ts';

/** What part encoders need to know. */
export interface EncodeScope {
  readonly target: TranslationTarget;
  readonly warnings: WarningList;
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

export function encodeImage(part: ImagePart, { target, warnings }: EncodeScope): JsonObject {
  if (target.quirks.images === 'none') {
    warnings.add('part_converted', 'messages', 'The model takes no image: a marker stands in its place.');
    return { text: '[An image was here, but this model cannot see it.]' };
  }
  return encodeSource(part.source, 'image/png', target.quirks.images === 'url');
}

export function encodeDocument(part: DocumentPart, scope: EncodeScope): JsonObject[] {
  const { source } = part;
  const { documents } = scope.target.quirks;
  const heading = part.title === undefined ? '' : `${part.title}\n`;
  if (source.kind === 'text') return [{ text: heading + source.text }];
  if (source.kind === 'parts')
    return source.parts.map((item) =>
      item.type === 'text' ? { text: item.text } : encodeImage(item, scope),
    );
  if (source.kind === 'base64' && source.mediaType.startsWith('text/'))
    return [{ text: heading + Buffer.from(source.data, 'base64').toString('utf8') }];
  if (documents === 'none')
    throw capabilityRejected(
      `The document ${part.title ?? ''} cannot be read by the model chosen; send its text.`,
      'document_block',
    );
  return [encodeSource(source, 'application/pdf', documents === 'url')];
}

function encodeSource(source: MediaSource, mimeType: string, takesLinks: boolean): JsonObject {
  if (source.kind === 'base64') return { inlineData: { mimeType: source.mediaType, data: source.data } };
  if (source.kind === 'file' && source.format === 'gemini')
    return { fileData: { mimeType, fileUri: source.id } };
  if (source.kind === 'url' && takesLinks) return { fileData: { mimeType, fileUri: source.url } };
  throw capabilityRejected(
    source.kind === 'url'
      ? 'The provider fetches nothing from links; send the bytes.'
      : `The file ${source.id} lives in the file store of another provider; send its content instead.`,
    mimeType.startsWith('image/') ? 'image_block' : 'document_block',
  );
}
