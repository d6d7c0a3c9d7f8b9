import type { RequestShape } from './request-shape.ts';
import { formatTarget, type Target } from './target.ts';

/** Words behind a colon that say how hard to think. Others belong to the name: `:free`, `:nitro`, `:latest`. */
const EFFORTS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'none'] as const;

/** A plain number is a budget only from Anthropic's least one on: smaller ones are versions. */
const LEAST_BUDGET = 1_024;

export interface SplitModel {
  readonly model: string;
  readonly shape: RequestShape;
}

/**
 * Takes the endings off a model's name that ask for thinking: `o4:high`, `claude-opus-4:8k`, `x:free:low`.
 * A thousand tokens are 1,024 here, as in the program these endings come from.
 */
export function splitModelSuffix(name: string): SplitModel {
  let model = name;
  let shape: RequestShape = {};
  for (;;) {
    const colon = model.lastIndexOf(':');
    const found = colon < 1 ? undefined : shapeOf(model.slice(colon + 1));
    if (found === undefined) return { model, shape };
    shape = { ...found, ...shape };
    model = model.slice(0, colon);
  }
}

function shapeOf(ending: string): RequestShape | undefined {
  const effort = EFFORTS.find((word) => word === ending.toLowerCase());
  if (effort !== undefined) return { effort };
  const [, digits, thousands] = /^(\d{1,7})(k?)$/i.exec(ending) ?? [];
  if (digits === undefined) return undefined;
  const thinkingTokens = Number(digits) * (thousands === '' ? 1 : 1_024);
  return thinkingTokens >= LEAST_BUDGET ? { thinkingTokens } : undefined;
}

/** The text of a target with the endings that ask for thinking, as a route has it. */
export function formatShapedTarget(target: Target): string {
  const { effort, thinkingTokens } = target.shape ?? {};
  if (target.model === undefined) return formatTarget(target);
  const tokens = thinkingTokens === undefined ? '' : `:${thinkingTokens}`;
  return `${formatTarget(target)}${tokens}${effort === undefined ? '' : `:${effort}`}`;
}
