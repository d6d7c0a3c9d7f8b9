import type { Message } from '../../domain/conversation.ts';
import type { Format } from '../../domain/format.ts';
import type { Part, ResultPart, SearchResultPart, ServerToolResultPart } from '../../domain/message-part.ts';
import type { WarningList } from '../../domain/warning.ts';
import { assertNever } from '../../lib/assert-never.ts';

/**
 * Tells in words what a target of another format has no part for: the provider's own tool calls of earlier turns,
 * search results, loaded tools. Parts of the target's own format stay as they are.
 */
export function flattenForeignParts(
  messages: readonly Message[],
  format: Format,
  warnings: WarningList,
): readonly Message[] {
  return messages.map((message, at) => ({
    role: message.role,
    parts: message.parts.flatMap((part) => flatten(part, { format, warnings, path: `messages[${at}]` })),
  }));
}

interface Scope {
  readonly format: Format;
  readonly warnings: WarningList;
  readonly path: string;
}

function flatten(part: Part, scope: Scope): Part[] {
  switch (part.type) {
    case 'server-tool-call':
      if (part.vendor.format === scope.format) return [part];
      scope.warnings.add('part_converted', scope.path, `A ${part.name} call of the provider became text.`);
      return [{ type: 'text', text: `[${part.name} ${part.input}]` }];
    case 'server-tool-result':
      return part.vendor.format === scope.format ? [part] : [{ type: 'text', text: describeHits(part) }];
    case 'vendor':
      if (part.vendor.format === scope.format) return [part];
      scope.warnings.add('part_dropped', scope.path, `Parts of type ${part.name} have no counterpart.`);
      return [];
    case 'search-result':
      return scope.format === 'anthropic-messages' ? [part] : [searchResultAsText(part)];
    case 'tool-reference':
      return scope.format === 'anthropic-messages' ? [part] : [loadedAsText(part.name)];
    case 'tool-result':
      return [{ ...part, content: part.content.flatMap((item) => flattenInResult(item, scope)) }];
    case 'text':
    case 'image':
    case 'document':
    case 'audio':
    case 'reasoning':
    case 'tool-call':
      return [part];
    default:
      return assertNever(part);
  }
}

/** The parts of a result map onto parts of a result. */
function flattenInResult(item: ResultPart, scope: Scope): ResultPart[] {
  // None of a result's part types flattens to anything but itself or text.
  return flatten(item, scope) as ResultPart[];
}

function describeHits(part: ServerToolResultPart): string {
  const lines = part.hits.map((hit) => `- ${hit.title} ${hit.url}`);
  return [`[${part.name} result]`, ...lines].join('\n');
}

function searchResultAsText(part: SearchResultPart): Part {
  const text = `${part.title}\n${part.source}\n${part.text}`;
  return part.cache === undefined ? { type: 'text', text } : { type: 'text', text, cache: part.cache };
}

function loadedAsText(name: string): Part {
  return { type: 'text', text: `Tool ${name} is loaded and can be called now.` };
}
