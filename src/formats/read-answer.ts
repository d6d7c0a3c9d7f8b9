import type { Buffer } from 'node:buffer';
import type { Answer, AnswerFailure } from '../domain/answer.ts';
import type { Format } from '../domain/format.ts';
import type { ClientTool } from '../domain/tool.ts';
import type { AnswerContext } from './codec.ts';
import { decodeWhole } from './decode-whole.ts';
import { unreadable } from './failures.ts';
import { SAME_NAMES, toClientBy } from './passes/map-tool-names.ts';
import { restoreTools } from './passes/restore-tools.ts';

export type ReadAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly failure: AnswerFailure };

export interface RecordedAnswer {
  /** As it came over the wire, inflated. */
  readonly body: Buffer;
  readonly format: Format;
  /** What the client calls the tools, by the names they were sent under. */
  readonly tools: ReadonlyMap<string, ClientTool>;
}

/** An answer that was recorded, streamed or whole, with its tools under the client's names. Never throws. */
export function readAnswer({ body, format, tools }: RecordedAnswer): ReadAnswer {
  const toolNames = { ...SAME_NAMES, ...toClientBy(tools) };
  try {
    const decoded = decodeWhole(body, format, { ...READING, toolNames, origin: { ...NOBODY, format } });
    if (decoded.kind === 'failure') return decoded;
    return { kind: 'answer', answer: restoreTools(decoded.answer, toolNames) };
  } catch (error) {
    return { kind: 'failure', failure: { ...unreadable('an answer'), raw: String(error) } };
  }
}

/** Nothing of what is read here is ever sent to anybody. */
const NOBODY = { provider: '', model: '' };

const READING: Omit<AnswerContext, 'toolNames' | 'origin'> = {
  answerModel: undefined,
  includeUsage: true,
  estimatedInput: 1,
  created: 0,
  newId: () => '',
  reasoningFields: 'reasoning_content',
};
