import type { RequestShape } from '../../domain/request-shape.ts';
import { splitModelSuffix } from '../../domain/model-suffix.ts';
import type { Target } from '../../domain/target.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { ShapeSection } from '../schema/shape-section.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** A target as a route lists it: what is written at the target counts more than what is written at the route. */
export function buildTarget(
  build: SnapshotBuild,
  { provider, model }: Target,
  { path, shape }: { readonly path: KeyPath; readonly shape: ShapeSection | undefined },
): Target {
  const literal = build.input.config.providers[provider]?.model_suffixes === false;
  const split = model === undefined || literal ? { model, shape: {} } : splitModelSuffix(model);
  const whole = { ...shapeOf(shape), ...split.shape };
  if (whole.minTokens !== undefined && whole.minTokens > (whole.maxTokens ?? Infinity))
    build.error([...path, 'shape', 'min_tokens'], 'is more than max_tokens', 'Write the smaller one here.');
  return Object.keys(whole).length === 0
    ? { provider, model: split.model }
    : { provider, model: split.model, shape: whole };
}

function shapeOf(section: ShapeSection | undefined): RequestShape {
  if (section === undefined) return {};
  const { effort, thinking_tokens, hide_thinking, max_tokens, min_tokens, timeout } = section;
  return {
    ...(effort === undefined ? {} : { effort }),
    ...(thinking_tokens === undefined ? {} : { thinkingTokens: thinking_tokens }),
    ...(hide_thinking === true ? { hideThinking: true } : {}),
    ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
    ...(min_tokens === undefined ? {} : { minTokens: min_tokens }),
    ...(timeout === undefined || timeout === 0 ? {} : { timeout }),
  };
}
