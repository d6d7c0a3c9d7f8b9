/** What is known of an answer that came in full. */
export interface CompletedAnswer {
  readonly sawContent: boolean;
  readonly toolCalls: number;
  readonly stopReason: string | undefined;
  readonly reasoningTokens: number | undefined;
  /** What the request asked for. */
  readonly offersTools: boolean;
  readonly requiresTool: boolean;
  readonly maxTokens: number | undefined;
}

/** A 200 that is of no use: nothing in it, no tool call where one had to be, or cut off before its tool call. */
export type SoftFailure = 'empty' | 'no-tool-call' | 'cut-off';

/** The vendors' words for an answer that ran into its limit. */
const LIMIT_REASONS: ReadonlySet<string> = new Set([
  'max_tokens',
  'length',
  'max_output_tokens',
  'MAX_TOKENS',
  'model_context_window_exceeded',
]);

/** @returns `undefined` for an answer that is what was asked for, and for one spent on reasoning */
export function softFailureOf(answer: CompletedAnswer): SoftFailure | undefined {
  const reasoned = (answer.reasoningTokens ?? 0) > 0;
  const hitLimit = LIMIT_REASONS.has(answer.stopReason ?? '');
  if (answer.maxTokens !== undefined && answer.maxTokens <= 1) return undefined;
  if (reasoned && (hitLimit || !answer.sawContent)) return undefined;
  if (!answer.sawContent && answer.toolCalls === 0) return 'empty';
  if (answer.requiresTool && answer.toolCalls === 0) return 'no-tool-call';
  return answer.offersTools && hitLimit && answer.toolCalls === 0 ? 'cut-off' : undefined;
}
