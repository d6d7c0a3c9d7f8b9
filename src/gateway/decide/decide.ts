import { GatewayError } from '../../domain/errors.ts';
import type { Decision } from '../../domain/decision.ts';
import type { RequestFacts } from '../../domain/exchange.ts';
import { headerValue } from '../../domain/headers.ts';
import type { RecognisedTask, Task } from '../../domain/task.ts';
import type { Tier } from '../../domain/tier.ts';
import { plan } from '../../routing/plan.ts';
import { tierOfModel } from '../../routing/tier-of-model.ts';
import { classify } from '../../tasks/classify.ts';
import { shortName } from '../../lib/short-text.ts';
import { decideByMode } from '../compare/decide-by-mode.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import { routeLists } from '../../routing/route-lists.ts';
import type { Gateway } from '../gateway.ts';
import { picksByPrice } from './target-price.ts';
import { usedUpWindow } from './used-up-window.ts';
import { routeState, sessionOf, type DecisionSubject } from './route-state.ts';

const NO_FACTS: RequestFacts = {
  model: undefined,
  stream: false,
  maxTokens: undefined,
  subagentTag: undefined,
  modelSpans: [],
  offersTools: false,
  requiresTool: false,
  content: undefined,
};

/**
 * What can be known of the request without decoding it, as deep as the configured routes need it; nothing of paths
 * that are not ours.
 * @throws GatewayError `malformed_body`
 */
export function inspect({ kind, format, inbound, snapshot }: DecisionSubject): RequestFacts {
  if (kind.operation === 'passthrough') return NO_FACTS;
  return format.inspect(inbound.body, inbound.path, readsContent(snapshot) ? 'content' : 'members');
}

/** Asked with every request, and the same for as long as a configuration holds. */
const known = new WeakMap<ConfigSnapshot, boolean>();

function readsContent(snapshot: ConfigSnapshot): boolean {
  const answer = known.get(snapshot) ?? wantsContent(snapshot);
  known.set(snapshot, answer);
  return answer;
}

function wantsContent(snapshot: ConfigSnapshot): boolean {
  const { order, customRouter } = snapshot.tasks;
  return order.length > 0 || customRouter !== undefined || choosesBySize(snapshot) || picksByPrice(snapshot);
}

/** Whether some route has a choice, and one of its targets a size that is known. */
function choosesBySize({ routes, providers }: ConfigSnapshot): boolean {
  const hasSize = ({ provider, model }: Target): boolean => {
    const models = providers.get(provider)?.models;
    return models !== undefined && (model === undefined ? models.size > 0 : models.has(model));
  };
  return routeLists(routes).some((targets) => targets.length > 1 && targets.some(hasSize));
}

/**
 * Facts of an exchange → its decision. Changes nothing: `explain` calls it, too.
 * @throws GatewayError `model_missing`, `unknown_path`
 */
export function decide(gateway: Gateway, subject: DecisionSubject): Decision {
  if (subject.kind.operation === 'passthrough') return passthrough(subject);
  const { facts, snapshot, inbound } = subject;
  const model = facts?.model ?? snapshot.routes.forced?.model;
  if (model === undefined) throw new GatewayError('model_missing', 'The request names no model.');
  const tier = tierOfModel(model, snapshot.routes.tierByModel);
  const promptTokens = facts?.content && gateway.traffic.scale.estimate(model, facts.content);
  const [task] = recogniseTasks(gateway, subject, { tier, promptTokens });
  const routed = plan({
    decisionId: inbound.id,
    routes: snapshot.routes,
    providers: snapshot.providers,
    model,
    tier,
    client: inbound.client,
    subagentTag: facts?.subagentTag,
    custom: subject.custom,
    customProvider: snapshot.tasks.customRouter?.provider,
    task,
    promptTokens,
    usedUp: usedUpWindow(gateway, subject, tier),
    state: routeState(gateway, subject),
  });
  return decideByMode(gateway, subject, routed);
}

/** What is known of a request's size and name when its task is looked for. */
export interface TaskHints {
  readonly tier: Tier | undefined;
  readonly promptTokens: number | undefined;
  /** The tasks that are looked for; those that have a route, unless told. */
  readonly order?: readonly Task[];
}

/** Everything the request could be taken for, first what it is; only tasks that have a route. */
export function recogniseTasks(
  { traffic }: Gateway,
  subject: DecisionSubject,
  { tier, promptTokens, order = subject.snapshot.tasks.order }: TaskHints,
): Iterable<RecognisedTask> {
  const { facts, inbound, snapshot } = subject;
  if (facts?.content === undefined || order.length === 0) return [];
  const session = sessionOf(subject);
  return classify(
    {
      tier,
      client: inbound.client,
      requestClass: headerValue(inbound.headers, 'x-claude-code-request-class'),
      maxTokens: facts.maxTokens,
      content: facts.content,
      promptTokens: promptTokens ?? 0,
      previous: session === undefined ? undefined : traffic.sessions.previousTask(session),
    },
    order === snapshot.tasks.order ? snapshot.tasks : { ...snapshot.tasks, order },
  );
}

function passthrough({ inbound, snapshot }: DecisionSubject): Decision {
  const { provider, fallback } = snapshot.passthrough;
  if (!fallback)
    throw new GatewayError('unknown_path', `There is no ${inbound.method} ${inbound.path} here.`);
  return {
    id: inbound.id,
    rule: 'passthrough',
    evidence: `${shortName(inbound.path)} is no path of the gateway`,
    tier: undefined,
    targets: [{ provider, model: undefined }],
    skipped: [],
  };
}
