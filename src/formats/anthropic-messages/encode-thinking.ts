import type { Conversation, Effort, Message, ReasoningRequest } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ClaudeAbilities } from '../../domain/target-quirks.ts';
import type { WarningList } from '../../domain/warning.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { budgetOf, effortOf, nearestEffort } from '../passes/choose-effort.ts';

/** The `thinking` field, the effort of `output_config`, and the output limit they need. */
export interface ThinkingPlan {
  readonly thinking: JsonObject | undefined;
  readonly effort: Effort | undefined;
  readonly maxTokens: number;
}

const LEAST_BUDGET = 1_024;

/** @param maxTokens the output limit so far; a budget must stay below it */
export function planThinking(
  conversation: Conversation,
  messages: readonly Message[],
  options: {
    readonly abilities: ClaudeAbilities;
    readonly maxTokens: number;
    readonly warnings: WarningList;
  },
): ThinkingPlan {
  const { abilities, maxTokens, warnings } = options;
  const none = { thinking: undefined, effort: undefined, maxTokens };
  const { reasoning } = conversation;
  if (reasoning === undefined) return none;
  const isForced = conversation.toolChoice?.type === 'required' || conversation.toolChoice?.type === 'tool';
  if (reasoning.kind === 'off' || (isForced && abilities.forcedToolChoice))
    return switchOff(reasoning, options);
  const effort = effortFor(reasoning, abilities, warnings);
  if (reasoning.kind === 'effort') return { ...none, effort };
  if (abilities.adaptive && (reasoning.kind === 'adaptive' || !abilities.budget))
    return { thinking: { type: 'adaptive', ...displayOf(reasoning, abilities) }, effort, maxTokens };
  if (!abilities.budget) {
    warnings.add('reasoning_changed', 'reasoning', 'The model does not think; the wish was left out.');
    return { ...none, effort };
  }
  if (lacksThinking(messages)) {
    warnings.add('reasoning_changed', 'thinking', 'Thinking is off: the turn under way began without it.');
    return { ...none, thinking: { type: 'disabled' }, effort };
  }
  return withBudget(reasoning, effort, options);
}

function switchOff(
  reasoning: ReasoningRequest,
  { abilities, maxTokens, warnings }: Parameters<typeof planThinking>[2],
): ThinkingPlan {
  if (reasoning.kind !== 'off')
    warnings.add('reasoning_changed', 'thinking', 'A forced tool call and thinking exclude each other.');
  if (abilities.disabled) return { thinking: { type: 'disabled' }, effort: undefined, maxTokens };
  if (reasoning.kind === 'off')
    warnings.add('reasoning_changed', 'thinking', 'The model always thinks: it is asked to think little.');
  return { thinking: { type: 'adaptive' }, effort: nearestEffort('low', abilities.efforts), maxTokens };
}

function effortFor(
  reasoning: ReasoningRequest,
  abilities: ClaudeAbilities,
  warnings: WarningList,
): Effort | undefined {
  const wanted = reasoning.kind === 'budget' ? reasoning.effort : effortNamed(reasoning);
  const fallback = reasoning.kind === 'budget' && !abilities.budget ? effortOf(reasoning) : undefined;
  const effort = wanted ?? (fallback === 'none' ? undefined : fallback);
  if (effort === undefined) return undefined;
  const level = nearestEffort(effort, abilities.efforts);
  if (level !== effort && effort !== 'minimal' && (level !== undefined || !abilities.budget))
    warnings.add('reasoning_changed', 'effort', `The model knows no effort ${effort}: ${level ?? 'none'}.`);
  return level;
}

function effortNamed(reasoning: Exclude<ReasoningRequest, { kind: 'budget' }>): Effort | undefined {
  switch (reasoning.kind) {
    case 'off':
      return undefined;
    case 'adaptive':
    case 'effort':
      return reasoning.effort;
    default:
      return assertNever(reasoning);
  }
}

/** Newer models hide their thoughts unless asked: clients of formats that cannot ask want to see them. */
function displayOf(reasoning: ReasoningRequest, abilities: ClaudeAbilities): JsonObject {
  const display = 'display' in reasoning ? reasoning.display : undefined;
  if (display === 'omitted' || display === 'summarized') return { display };
  return abilities.sampling ? {} : { display: 'summarized' };
}

function withBudget(
  reasoning: Exclude<ReasoningRequest, { kind: 'off' | 'effort' }>,
  effort: Effort | undefined,
  { abilities, maxTokens, warnings }: Parameters<typeof planThinking>[2],
): ThinkingPlan {
  const wanted =
    reasoning.kind === 'budget' ? reasoning.tokens : budgetOf(reasoning.effort ?? 'high', maxTokens);
  const budget = Math.max(LEAST_BUDGET, wanted);
  const raised = Math.max(maxTokens, Math.min(budget + 1, abilities.maxOutput));
  if (raised > maxTokens)
    warnings.add('limit_clamped', 'max_tokens', `Raised to ${raised}: thinking counts into the output.`);
  const tokens = Math.min(budget, raised - 1);
  return { thinking: { type: 'enabled', budget_tokens: tokens }, effort, maxTokens: raised };
}

/** A turn that goes on after tool results must have begun with thinking, or thinking must be off. */
function lacksThinking(messages: readonly Message[]): boolean {
  const last = messages.findLast((message) => message.role === 'assistant');
  const answered = messages.at(-1)?.parts.some((part) => part.type === 'tool-result') ?? false;
  if (last === undefined || !answered) return false;
  const calls = last.parts.some((part) => part.type === 'tool-call');
  return calls && !last.parts.some((part) => part.type === 'reasoning');
}
