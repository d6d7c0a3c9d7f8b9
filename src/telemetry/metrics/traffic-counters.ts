import type { AttemptOutcome, AttemptRecord } from '../../domain/attempt.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { ExchangeRecord, Reroute } from '../../domain/exchange.ts';
import type { Target } from '../../domain/target.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { Distribution } from './distribution.ts';
import { METRICS } from './metric-table.ts';
import type { ModelLabels } from './model-labels.ts';
import { Tally } from './tally.ts';
import type { Asked, AttemptWord } from './target-counters.ts';
import { TargetTable } from './target-table.ts';

const NONE = 'none';

/** The label of a switch from a target that was passed over without being asked. */
const LEFT_ALONE = 'left_alone';

/**
 * What has gone through the gateway, as plain numbers: counted once per exchange, made into metrics only when
 * somebody scrapes.
 */
export class TrafficCounters {
  readonly requests = new Tally();
  readonly decisions = new Tally();
  readonly refusals = new Tally();
  readonly warnings = new Tally();
  readonly attemptErrors = new Tally();
  readonly retries = new Tally();
  readonly cascades = new Tally();
  readonly reroutes = new Tally();
  /** Prompt tokens lost by reroutes. */
  readonly rerouteTokens = new Tally();
  requestBytes = 0;
  responseBytes = 0;
  waitSeconds = 0;
  readonly streamSeconds = new Distribution(METRICS.requestSeconds.buckets);
  readonly wholeSeconds = new Distribution(METRICS.requestSeconds.buckets);
  readonly overheadSeconds = new Distribution(METRICS.overheadSeconds.buckets);
  readonly primary = new TargetTable();
  /** Second answers of comparisons; they belong to no request of a client. */
  readonly shadow = new TargetTable();
  readonly #models: ModelLabels;

  constructor(models: ModelLabels) {
    this.#models = models;
  }

  /** One finished exchange. */
  readonly record = (record: ExchangeRecord): void => {
    const { kind, client, attempts, decision } = record;
    const provider = attempts.at(-1)?.provider ?? NONE;
    this.requests.add([client.name, kind.format, kind.operation, provider, outcomeOf(record)]);
    if (decision !== undefined)
      this.decisions.add([decision.rule, decision.tier ?? NONE, record.task ?? NONE]);
    this.requestBytes += record.requestBytes;
    this.responseBytes += record.responseBytes;
    for (const { code } of record.warnings ?? []) this.warnings.add([code]);
    this.#countTimes(record);
    this.#countSwitches(record);
    this.#countReroute(record);
    const asked = askedFor(record);
    for (const attempt of attempts) this.#countAttempt(this.primary, attempt, asked);
  };

  /** The second answer of a comparison. */
  readonly recordShadow = (attempt: AttemptRecord): void =>
    this.#countAttempt(this.shadow, attempt, 'a whole answer');

  /** A request that never became an exchange. */
  readonly refused = (error: ErrorCode): void => this.refusals.add([error]);

  #countTimes({ kind, stream, totalMs, waitedMs = 0, attempts }: ExchangeRecord): void {
    if (kind.operation === 'generate')
      (stream ? this.streamSeconds : this.wholeSeconds).observe(totalMs / 1000);
    let upstreamMs = 0;
    for (const attempt of attempts) upstreamMs += attempt.totalMs;
    this.overheadSeconds.observe(Math.max(0, totalMs - waitedMs - upstreamMs) / 1000);
    this.waitSeconds += waitedMs / 1000;
  }

  #countSwitches({ attempts, decision }: ExchangeRecord): void {
    const [first] = attempts;
    const [wanted, ...others] = decision?.targets ?? [];
    // Who was asked before the window of its subscription was known to be used up is no target of the decision.
    const wasLeftAlone = first?.provider !== wanted?.provider && others.some((target) => isOf(first, target));
    if (first !== undefined && wanted !== undefined && wasLeftAlone)
      this.cascades.add([wanted.provider, first.provider, LEFT_ALONE]);
    for (let index = 1; index < attempts.length; index += 1) {
      const before = attempts[index - 1];
      const after = attempts[index];
      if (before === undefined || after === undefined) continue;
      const error = errorOf(before.outcome) ?? NONE;
      const isSame = before.provider === after.provider && before.sentModel === after.sentModel;
      if (isSame) this.retries.add([after.provider, error]);
      else this.cascades.add([before.provider, after.provider, error]);
    }
  }

  #countReroute({ reroute, attempts }: ExchangeRecord): void {
    if (reroute === undefined) return;
    const words = [reroute.from.provider, reroute.to.provider, this.#modelAsked(reroute, attempts.at(-1))];
    this.reroutes.add(words);
    this.rerouteTokens.add(words, reroute.lostTokens);
  }

  /** Prices are told for the names that routes have. */
  #modelAsked({ to }: Reroute, attempt: AttemptRecord | undefined): string {
    return to.model === undefined ? this.#modelOf(attempt, true) : this.#models.labelOf(to.model, true);
  }

  #modelOf(attempt: AttemptRecord | undefined, isGood: boolean): string {
    return this.#models.labelOf(
      attempt?.servedModel ?? attempt?.sentModel ?? attempt?.requestedModel,
      isGood,
    );
  }

  #countAttempt(table: TargetTable, attempt: AttemptRecord, asked: Asked): void {
    const { outcome, provider } = attempt;
    const word = wordOf(outcome);
    const model = this.#modelOf(attempt, word === 'ok');
    table.of(provider, model).add(attempt, word, asked);
    const error = errorOf(outcome);
    if (error !== undefined) this.attemptErrors.add([provider, error]);
  }
}

function isOf(attempt: AttemptRecord | undefined, { provider, model }: Target): boolean {
  return attempt?.provider === provider && (model === undefined || model === attempt.sentModel);
}

function askedFor({ kind, stream }: ExchangeRecord): Asked {
  if (kind.operation !== 'generate') return 'nothing to generate';
  return stream ? 'a stream' : 'a whole answer';
}

/** Of a client's request: an error of the provider that was passed on is no answer. */
function outcomeOf({ outcome }: ExchangeRecord): string {
  return outcome.kind === 'answered' && outcome.status >= 400 ? 'error' : outcome.kind;
}

function wordOf(outcome: AttemptOutcome): AttemptWord {
  switch (outcome.kind) {
    case 'answered':
      return outcome.status < 400 ? 'ok' : 'error';
    case 'failed':
      return 'error';
    case 'broken':
    case 'aborted':
      return outcome.kind;
    default:
      return assertNever(outcome);
  }
}

function errorOf(outcome: AttemptOutcome): string | undefined {
  if (outcome.kind === 'failed' || outcome.kind === 'broken') return outcome.error;
  return outcome.kind === 'answered' && outcome.status >= 400 ? `http_${outcome.status}` : undefined;
}
