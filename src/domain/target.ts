import type { RequestShape } from './request-shape.ts';

/** Where a request goes: a provider by name, and the model to ask it for. */
export interface Target {
  readonly provider: string;
  /** The model name sent upstream; `undefined` keeps the name the client asked for. */
  readonly model: string | undefined;
  /** How a request is changed for it, besides the model's name. */
  readonly shape?: RequestShape | undefined;
}

/**
 * Reads `provider/model` or `provider`. The model may itself contain slashes
 * (`openrouter/stepfun/step-3.5-flash:free`).
 * @returns `undefined` when the provider part is empty
 */
export function parseTarget(text: string): Target | undefined {
  const slash = text.indexOf('/');
  const provider = slash === -1 ? text : text.slice(0, slash);
  const model = slash === -1 ? '' : text.slice(slash + 1);
  if (provider === '') return undefined;
  return { provider, model: model === '' ? undefined : model };
}

/** The text form that {@link parseTarget} reads. */
export function formatTarget(target: Target): string {
  return target.model === undefined ? target.provider : `${target.provider}/${target.model}`;
}
