import { matchRequest, wireFormatOf } from '../formats/index.ts';
import { identifyClient } from '../clients/index.ts';
import type { Decision } from '../domain/decision.ts';
import type { Mode } from '../domain/mode.ts';
import { toGatewayError, type ErrorCode } from '../domain/errors.ts';
import type { InboundRequest, RequestKind } from '../domain/exchange.ts';
import type { RecognisedTask } from '../domain/task.ts';
import { askCustomRouter } from './decide/ask-custom-router.ts';
import { decide, inspect, recogniseTasks } from './decide/decide.ts';
import { cannotAsk } from './prepare/cannot-ask.ts';
import { splitHeaders, splitQuery } from './receive/edge-headers.ts';
import { snapshotFor } from './configuration/snapshot-for.ts';
import type { Gateway } from './gateway.ts';
import type { DecisionSubject } from './decide/route-state.ts';

/** A request that is only to be explained. */
export interface ExplainRequest {
  readonly method: string;
  /** With its query. */
  readonly target: string;
  /** The profile that the path named, taken out of it. */
  readonly profile?: string | undefined;
  /** Name, value, name, value. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What live traffic would do with a request at this moment. */
export interface Explained {
  readonly client: string;
  readonly mode: Mode;
  /** `undefined` when the gateway would refuse before it decides; `refusal` says why. */
  readonly decision: Decision | undefined;
  /** Everything it could be taken for, first what it is taken for. */
  readonly tasks: readonly RecognisedTask[];
  readonly promptTokens: number | undefined;
  /** What the gateway would answer by itself. */
  readonly answeredHere: ErrorCode | 'estimate' | undefined;
}

/**
 * The way of a request as far as its decision, by the very functions that live traffic takes, and not a step
 * further: no provider is asked and nothing is remembered. The owner's own script is asked, as it is for live traffic.
 */
export async function explain(gateway: Gateway, request: ExplainRequest): Promise<Explained> {
  const subject = subjectOf(gateway, request);
  const client = subject.inbound.client.name;
  try {
    const facts = inspect(subject);
    const inspected = { ...subject, facts };
    const custom = await askCustomRouter(gateway, inspected);
    const known = { ...inspected, custom };
    const decision = decide(gateway, known);
    const model = facts.model ?? '';
    const promptTokens = facts.content && gateway.traffic.scale.estimate(model, facts.content);
    const tasks = [...recogniseTasks(gateway, known, { tier: decision.tier, promptTokens })];
    const { askable, refusal } = withoutUnaskable(gateway, known, decision);
    return {
      client,
      mode: subject.mode,
      decision: await withinBudget(gateway, subject, askable),
      tasks,
      promptTokens,
      answeredHere: refusal ?? localAnswer(known, decision),
    };
  } catch (thrown) {
    const { code } = toGatewayError(thrown);
    const { mode } = subject;
    return { client, mode, decision: undefined, tasks: [], promptTokens: undefined, answeredHere: code };
  }
}

function subjectOf(gateway: Gateway, request: ExplainRequest): DecisionSubject {
  const { method, target, rawHeaders, body, profile } = request;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const edge = splitHeaders(rawHeaders);
  const kind: RequestKind = matchRequest(method, path) ?? {
    format: 'anthropic-messages',
    operation: 'passthrough',
  };
  const inbound: InboundRequest = {
    id: gateway.newId(),
    method,
    path,
    query: splitQuery(mark === -1 ? '' : target.slice(mark)).query,
    headers: edge.forwardable,
    body,
    credential: edge.credential,
    client: identifyClient(edge.forwardable),
    hops: edge.hops,
    labels: edge.labels,
    callerIsLoopback: true,
    receivedAt: gateway.clock.now(),
    startedAt: gateway.clock.monotonic(),
  };
  const format = wireFormatOf(kind.format);
  const { current: mode } = gateway.modes;
  return { inbound, kind, format, snapshot: snapshotFor(gateway, profile), mode, facts: undefined };
}

/** Nobody gets a copy once the money of the day is spent. */
async function withinBudget(
  gateway: Gateway,
  { snapshot }: DecisionSubject,
  decision: Decision,
): Promise<Decision> {
  const { copy } = decision;
  const { moneyPerDay } = snapshot.compare;
  if (copy?.target === undefined || moneyPerDay === undefined) return decision;
  if (await gateway.comparisons.budget.allows(moneyPerDay)) return decision;
  const spent = { target: copy.target, reason: 'what copies may cost on one day is spent' };
  return { ...decision, copy: { target: undefined, skipped: [...copy.skipped, spent] } };
}

/** Targets that could not be asked are passed over; where there is no other, the gateway refuses for the first's sake. */
function withoutUnaskable(
  gateway: Gateway,
  subject: DecisionSubject,
  decision: Decision,
): { readonly askable: Decision; readonly refusal: ErrorCode | undefined } {
  const judged = decision.targets.map((target) => ({ target, error: cannotAsk(gateway, subject, target) }));
  const unaskable = judged.flatMap(({ target, error }) =>
    error === undefined ? [] : [{ target, reason: error.message, code: error.code }],
  );
  if (unaskable.length === 0) return { askable: decision, refusal: undefined };
  const passedOver = unaskable.map(({ target, reason }) => ({ target, reason }));
  const skipped = [...decision.skipped, ...passedOver];
  const [first, ...others] = judged.flatMap(({ target, error }) => (error === undefined ? target : []));
  return first === undefined
    ? { askable: { ...decision, skipped }, refusal: unaskable[0]?.code }
    : { askable: { ...decision, targets: [first, ...others], skipped }, refusal: undefined };
}

/** Tokens are counted here where the provider cannot, so that nobody is asked. */
function localAnswer({ kind, snapshot }: DecisionSubject, decision: Decision): Explained['answeredHere'] {
  if (kind.operation !== 'count-tokens') return undefined;
  const policy = snapshot.providers.get(decision.targets[0].provider)?.countTokens;
  if (policy === 'reject') return 'count_tokens_rejected';
  return policy === 'estimate' ? 'estimate' : undefined;
}
