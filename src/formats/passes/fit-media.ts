import { Buffer } from 'node:buffer';
import type { Message } from '../../domain/conversation.ts';
import type { DocumentPart, ImagePart, Part, ResultPart, TextPart } from '../../domain/message-part.ts';
import type { WarningList } from '../../domain/warning.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { capabilityRejected } from '../capability.ts';
import type { TranslationTarget } from '../codec.ts';

interface Scope {
  readonly target: TranslationTarget;
  readonly warnings: WarningList;
}

/**
 * Makes images and documents what the target takes: a marker where it has no eyes, text where a document is text, and
 * a refusal where neither would be honest. Nothing shown to a model vanishes in silence.
 */
export function fitMedia(
  messages: readonly Message[],
  target: TranslationTarget,
  warnings: WarningList,
): readonly Message[] {
  const scope = { target, warnings };
  return messages.map(({ role, parts }) => ({ role, parts: parts.map((part) => fitPart(part, scope)) }));
}

function fitPart(part: Part, scope: Scope): Part {
  if (part.type === 'tool-result')
    return { ...part, content: part.content.map((item) => fitResult(item, scope)) };
  if (part.type === 'image') return fitImage(part, scope);
  return part.type === 'document' ? fitDocument(part, scope) : part;
}

function fitResult(part: ResultPart, scope: Scope): ResultPart {
  if (part.type === 'image') return fitImage(part, scope);
  return part.type === 'document' ? fitDocument(part, scope) : part;
}

function fitImage(part: ImagePart, { target, warnings }: Scope): ImagePart | TextPart {
  const { source } = part;
  if (target.quirks.images === 'none') {
    warnings.add('part_converted', 'messages', 'The model takes no images: a marker stands in their place.');
    return { type: 'text', text: '[An image was here, but this model cannot see it.]' };
  }
  if (source.kind === 'file' && source.format !== target.format)
    throw capabilityRejected(
      `The image ${source.id} lives in the file store of another provider; send its bytes.`,
      'image_block',
    );
  if (source.kind === 'url' && target.quirks.images === 'inline')
    throw capabilityRejected('The provider fetches no images from links; send the bytes.', 'image_block');
  return part;
}

function fitDocument(part: DocumentPart, scope: Scope): DocumentPart {
  const { source } = part;
  const { documents } = scope.target.quirks;
  switch (source.kind) {
    case 'text':
      return part;
    case 'parts': {
      const parts = source.parts.map((item) => (item.type === 'image' ? fitImage(item, scope) : item));
      return { ...part, source: { kind: 'parts', parts } };
    }
    case 'base64': {
      if (!source.mediaType.startsWith('text/')) return documents === 'none' ? refuse(part) : part;
      const text = Buffer.from(source.data, 'base64').toString('utf8');
      return { ...part, source: { kind: 'text', text } };
    }
    case 'url':
      return documents === 'url' ? part : refuse(part);
    case 'file':
      return source.format === scope.target.format ? part : refuse(part);
    default:
      return assertNever(source);
  }
}

function refuse(part: DocumentPart): never {
  throw capabilityRejected(
    `The document ${part.title ?? ''} cannot be read by the model chosen; send its text.`,
    'document_block',
  );
}
