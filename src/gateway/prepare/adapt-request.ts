import type { RequestFacts } from '../../domain/exchange.ts';
import type { Provider } from '../../domain/provider.ts';
import type { LimitField } from '../../domain/target-quirks.ts';
import type { Target } from '../../domain/target.ts';
import { shapeBody } from '../../formats/shape/shape-patch.ts';
import { mergeEdits, renameEdits } from '../../lib/json-merge.ts';
import { splice } from '../../lib/splice.ts';
import { quirksOf } from './choose-endpoint.ts';
import { limitFieldKey, otherLimitField } from './limit-field.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';

export interface Adaption {
  readonly provider: Provider;
  /** The body as it would go out. */
  readonly body: Buffer;
  readonly target: Target;
  /** Whether the body was made anew, its shape included. */
  readonly translated: boolean;
}

/**
 * The last changes of a request for its target: how its route wants it asked, the output limit under the name the
 * target is known to take, and OpenRouter's own list of fall-backs. Nothing of it costs anything where nothing of it is
 * wanted.
 */
export function adaptRequest(gateway: Gateway, exchange: OpenExchange, adaption: Adaption): Buffer {
  if (exchange.kind.operation !== 'generate') return adaption.body;
  const { provider, target } = adaption;
  let { body } = adaption;
  if (target.shape !== undefined && !adaption.translated) body = shaped(exchange, { ...adaption, body });
  const field = knownLimitField(gateway, provider, modelOf(exchange, target));
  if (field !== undefined) body = splice(body, renameEdits(body, otherLimitField(field), field));
  if (provider.openRouter !== undefined) body = withFallbacks(exchange, { ...adaption, body });
  return body;
}

function knownLimitField({ traffic }: Gateway, provider: Provider, model: string): LimitField | undefined {
  if (provider.format !== 'openai-chat' || traffic.limitFields.size === 0) return undefined;
  return traffic.limitFields.get(limitFieldKey(provider, model));
}

function modelOf({ facts }: { readonly facts: RequestFacts | undefined }, { model }: Target): string {
  return model ?? facts?.model ?? '';
}

function shaped(exchange: OpenExchange, { provider, body, target }: Adaption): Buffer {
  const model = modelOf(exchange, target);
  return shapeBody(body, provider.format, {
    shape: target.shape ?? {},
    model,
    quirks: quirksOf(provider, model, target.shape),
    requiresTool: exchange.facts?.requiresTool ?? false,
  });
}

/** What the client wrote itself counts more. */
function withFallbacks(exchange: OpenExchange, { provider, body, target }: Adaption): Buffer {
  const { openRouter } = provider;
  const models = [modelOf(exchange, target), ...carriedTargets(exchange, target, provider).map(nameOf)];
  const patch = { ...(openRouter?.models === 0 ? {} : { models }), ...openRouter?.members };
  return splice(body, mergeEdits(body, patch, 'existing'));
}

function nameOf({ model = '' }: Target): string {
  return model;
}

/** The targets after this one that its request names as fall-backs, so that OpenRouter asks them by itself. */
export function carriedTargets(
  { decision, facts }: Pick<OpenExchange, 'decision' | 'facts'>,
  target: Target,
  { name, models, openRouter }: Provider,
): readonly Target[] {
  const place = decision?.targets.indexOf(target) ?? -1;
  if (openRouter === undefined || decision === undefined || place === -1) return [];
  const isCapable = ({ model = '' }: Target): boolean =>
    facts?.offersTools !== true || models.get(model)?.tools !== false;
  return decision.targets
    .slice(place + 1)
    .filter((next) => next.provider === name && next.model !== undefined && next.model !== target.model)
    .filter(isCapable)
    .slice(0, Math.max(0, openRouter.models - 1));
}
