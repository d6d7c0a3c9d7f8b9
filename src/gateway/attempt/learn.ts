import { promptTokens } from '../../domain/usage.ts';
import type { RefusalMeaning } from '../../domain/refusal.ts';
import type { MeterReport } from '../../formats/wire-format.ts';
import type { BreakerVerdict } from '../../guard/breaker.ts';
import type { Refusal } from '../../guard/classify-answer.ts';
import { readQuota } from '../../guard/quota.ts';
import { cooldownOf, REFUSAL_EFFECTS } from '../../guard/refusal-effect.ts';
import type { Pass } from '../../guard/target-registry.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';
import { accountOf, subscriptionOf } from '../prepare/account.ts';
import { tellQuota } from '../events/target-events.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** One try, as far as anything is to be learned from it. */
interface Tried {
  readonly exchange: OpenExchange;
  readonly prepared: PreparedRequest;
}

/** What a try says about its target; counting tokens says nothing. `undefined`: it says nothing either way. */
export function learnVerdict(
  { traffic, clock }: Gateway,
  exchange: OpenExchange,
  pass: Pass,
  verdict: BreakerVerdict | undefined,
): void {
  if (verdict === undefined || exchange.kind.operation !== 'generate') traffic.targets.abandon(pass);
  else traffic.targets.record(pass, verdict, clock.monotonic());
}

/** A target that refused is left alone for as long as it says, or as is usual for what it means. */
export function learnRefusal(
  { traffic, clock }: Gateway,
  { exchange, prepared }: Tried,
  pass: Pass,
  refusal: Refusal,
): void {
  const span = cooldownOf(refusal.meaning, refusal.retryAfterMs);
  const scope = REFUSAL_EFFECTS[refusal.meaning].cooldown?.scope;
  if (scope === undefined || span <= 0 || exchange.kind.operation !== 'generate') return;
  const now = clock.monotonic();
  const account = accountOf(prepared.provider, exchange.inbound.credential);
  const reason = REASONS[refusal.meaning];
  traffic.targets.cool({ key: pass.key, account, scope, until: now + span, reason }, now);
}

const REASONS: Readonly<Record<RefusalMeaning, string>> = {
  'rate-limit': 'it asked to wait (rate limit)',
  concurrency: 'it asked to wait (too many requests at once)',
  'ramp-up': 'it asked to wait (load grew too fast)',
  window: 'the window of its plan is used up',
  'model-window': 'the window of its plan for this model is used up',
  credits: 'its account is empty',
  overloaded: 'it asked to wait (overloaded)',
  'model-unavailable': 'it does not offer the model',
  'key-refused': 'it refuses the key',
  'server-error': 'it failed',
  'client-error': 'it refused the request',
};

/** Keeps what an answer's headers tell about the windows of its subscription. */
export function learnQuota(
  { traffic, clock, events }: Gateway,
  { exchange, prepared }: Tried,
  head: UpstreamHead,
): void {
  const reading = readQuota(head.headers, clock.now());
  if (reading === undefined) return;
  const account = subscriptionOf(prepared.provider, exchange.inbound.credential);
  if (events.listening) tellQuota(events, account, { before: traffic.quota.last(account), now: reading });
  traffic.quota.remember(account, reading);
}

/** Corrects the estimate of prompt sizes by what the provider counted. */
export function learnScale({ traffic }: Gateway, { facts }: OpenExchange, { usage }: MeterReport): void {
  const tokens = promptTokens(usage);
  if (facts?.content === undefined || facts.model === undefined || tokens === undefined) return;
  traffic.scale.learn(facts.model, facts.content, tokens);
}
