import type { Effort } from './conversation.ts';

/**
 * What a target is asked for in another way than the client wrote it. What is left out stays as the client has it.
 */
export interface RequestShape {
  /** How hard to think; `none` switches thinking off. */
  readonly effort?: Effort | 'none';
  /** Tokens to think for. */
  readonly thinkingTokens?: number;
  /** The model thinks and does not show it. */
  readonly hideThinking?: true;
  /** The answer is limited to at most so many tokens. */
  readonly maxTokens?: number;
  /** A limit below this is raised to it. */
  readonly minTokens?: number;
  /** The longest one try at the target may take, milliseconds. */
  readonly timeout?: number;
}

/** The output limit a request goes out with; `undefined` sends none. */
export function shapedLimit(
  wanted: number | undefined,
  { maxTokens, minTokens }: RequestShape,
): number | undefined {
  const raised = wanted === undefined ? undefined : Math.max(wanted, minTokens ?? wanted);
  if (maxTokens === undefined) return raised;
  return Math.min(raised ?? maxTokens, maxTokens);
}
