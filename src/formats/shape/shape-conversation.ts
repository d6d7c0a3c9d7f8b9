import type { Conversation, ReasoningRequest } from '../../domain/conversation.ts';
import { shapedLimit, type RequestShape } from '../../domain/request-shape.ts';

/** A conversation as a target's shape wants it asked, for requests that are translated. */
export function shapeConversation(conversation: Conversation, shape: RequestShape): Conversation {
  return {
    ...conversation,
    maxOutputTokens: shapedLimit(conversation.maxOutputTokens, shape),
    reasoning: hidden(reasoningOf(shape) ?? conversation.reasoning, shape),
  };
}

/** What a shape says about thinking; `undefined` leaves it to the client. */
export function reasoningOf({
  effort,
  thinkingTokens,
  hideThinking,
}: RequestShape): ReasoningRequest | undefined {
  if (effort === 'none') return { kind: 'off' };
  const display = hideThinking === true ? ({ display: 'omitted' } as const) : {};
  if (thinkingTokens !== undefined) return { kind: 'budget', tokens: thinkingTokens, effort, ...display };
  return effort === undefined ? undefined : { kind: 'adaptive', effort, ...display };
}

function hidden(
  reasoning: ReasoningRequest | undefined,
  { hideThinking }: RequestShape,
): ReasoningRequest | undefined {
  if (hideThinking !== true) return reasoning;
  if (reasoning?.kind === 'adaptive' || reasoning?.kind === 'budget')
    return { ...reasoning, display: 'omitted' };
  return reasoning?.kind === 'effort'
    ? { kind: 'adaptive', effort: reasoning.effort, display: 'omitted' }
    : reasoning;
}
