import type { Assignment } from '../layers/layer.ts';
import type { RawValue } from '../layers/raw-value.ts';
import { readVariable, sourceOfVariable, type Environment } from './environment.ts';

/** The variables that say how hard models think, for every slot and for single ones. */
export const REASONING_VARIABLES =
  /^(?:REASONING_(?:EFFORT|MAX_TOKENS|EXCLUDE)|(?:BIG|MIDDLE|SMALL)_MODEL_REASONING)$/;

/**
 * `REASONING_EFFORT`, `REASONING_MAX_TOKENS`, `REASONING_EXCLUDE` and `BIG_MODEL_REASONING` with its like, as the shape of
 * the route at `path`. What a single slot says counts more; the ending of a model's name (`:high`, `:8k`) counts most.
 * @param slot `BIG`, `MIDDLE`, `SMALL`; `undefined` for a route that has no words of its own
 */
export function reasoningShape(
  environment: Environment,
  path: readonly string[],
  slot: string | undefined,
): readonly Assignment[] {
  const shape = (key: string, variable: string, value: RawValue | undefined): readonly Assignment[] =>
    value === undefined
      ? []
      : [{ path: [...path, 'shape', key], value, source: sourceOfVariable(environment, variable) }];
  const own = slot === undefined ? undefined : ownReasoning(environment, `${slot}_MODEL_REASONING`);
  const thinking =
    own === undefined
      ? [
          ...shape('effort', 'REASONING_EFFORT', effortIn(environment, 'REASONING_EFFORT')),
          ...shape('thinking_tokens', 'REASONING_MAX_TOKENS', tokensIn(environment, 'REASONING_MAX_TOKENS')),
        ]
      : shape(own.key, own.variable, own.value);
  const isHidden = /^(?:true|1|yes|on)$/i.test(readVariable(environment, 'REASONING_EXCLUDE') ?? '');
  return [...thinking, ...shape('hide_thinking', 'REASONING_EXCLUDE', isHidden ? true : undefined)];
}

/** An effort, or tokens. */
function ownReasoning(environment: Environment, variable: string) {
  const text = readVariable(environment, variable);
  if (text === undefined) return undefined;
  if (!/^\d/.test(text)) return { key: 'effort', variable, value: effortIn(environment, variable) };
  return { key: 'thinking_tokens', variable, value: tokensIn(environment, variable) };
}

function effortIn(environment: Environment, variable: string): string | undefined {
  return readVariable(environment, variable)?.toLowerCase();
}

/** What is no number stays text, for the schema to refuse it in its own words; 0 says nothing. */
function tokensIn(environment: Environment, variable: string): RawValue | undefined {
  const text = readVariable(environment, variable);
  const [, digits, thousands] = /^(\d+)(k)?$/i.exec(text ?? '') ?? [];
  if (digits === undefined) return text;
  const tokens = Number(digits) * (thousands === undefined ? 1 : 1024);
  return tokens === 0 ? undefined : tokens;
}
