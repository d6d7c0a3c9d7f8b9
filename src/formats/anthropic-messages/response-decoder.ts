import type { Buffer } from 'node:buffer';
import type { AnswerPart } from '../../domain/answer.ts';
import { asList, asObject, asString, type JsonObject } from '../../domain/json-value.ts';
import type { OpaqueOrigin } from '../../domain/opaque.ts';
import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import type { AnswerContext, DecodedAnswer } from '../codec.ts';
import { unreadable } from '../failures.ts';
import { parseJson } from '../parse-body.ts';
import { decodeServerResult, decodeServerToolUse, isServerResult } from './parts/server-tool.ts';
import { decodeText } from './parts/text.ts';
import { issuedReasoning } from './parts/thinking.ts';
import { readStop } from './stop-reason.ts';
import { readError } from './stream-decoder.ts';
import { foldAnthropicUsage } from './usage.ts';

/** Reads one whole message. */
export function decodeAnswer(body: Buffer, context: AnswerContext): DecodedAnswer {
  const wire = asObject(parseJson(body.toString('utf8')));
  if (wire?.['type'] === 'error') return { kind: 'failure', failure: readError(asObject(wire['error'])) };
  if (wire === undefined || !Array.isArray(wire['content']))
    return { kind: 'failure', failure: unreadable('an answer') };
  const answer = {
    id: asString(wire['id']) ?? '',
    model: asString(wire['model']) ?? '',
    parts: asList(wire['content']).flatMap((item) => decodeBlock(asObject(item), context.origin)),
    stop: readStop(wire) ?? { kind: 'end', raw: '' },
    usage: foldAnthropicUsage(UNKNOWN_USAGE, wire['usage']),
  } as const;
  return { kind: 'answer', answer, warnings: [] };
}

function decodeBlock(block: JsonObject | undefined, origin: OpaqueOrigin): AnswerPart[] {
  if (block === undefined) return [];
  const type = asString(block['type']) ?? '';
  switch (type) {
    case 'text':
      return [decodeText(block)];
    case 'thinking':
    case 'redacted_thinking':
      return [issuedReasoning(block, origin)];
    case 'tool_use': {
      const text = JSON.stringify(block['input'] ?? {});
      return [
        {
          type: 'tool-call',
          id: asString(block['id']) ?? '',
          name: asString(block['name']) ?? '',
          input: { kind: 'json', text: text === '{}' ? '' : text },
        },
      ];
    }
    case 'server_tool_use':
      return [decodeServerToolUse(block)];
    default:
      return isServerResult(type)
        ? [decodeServerResult(block)]
        : [{ type: 'vendor', name: type, vendor: { format: 'anthropic-messages', value: block } }];
  }
}
