import type { AttemptRecord } from '../../domain/attempt.ts';
import { GatewayError, toGatewayError } from '../../domain/errors.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { Format } from '../../domain/format.ts';
import { placeOf } from '../../domain/provider-place.ts';
import type { Target } from '../../domain/target.ts';
import type { ClientTool } from '../../domain/tool.ts';
import type { Guest } from '../../guard/limits/guest.ts';
import type { Limiter } from '../../guard/limits/limiter.ts';
import { freeBytes } from '../../lib/free-bytes.ts';
import { askBreaker } from '../attempt/admit.ts';
import type { Gateway } from '../gateway.ts';
import type { MeterInput } from '../attempt/metering-tap.ts';
import { exchangeContext, type BegunAnswer, type Follower, type OpenExchange } from '../open-exchange.ts';
import type { UpstreamCall } from '../../transport/upstream.ts';
import { accountOf } from '../prepare/account.ts';
import type { RequestTranslation, TranslatedRequest } from '../../formats/translate.ts';
import { prepareCopy, type PreparedRequest } from '../prepare/prepare.ts';
import { traceExchange } from '../trace-exchange.ts';
import { loadTranslation } from '../translate/lazy-translation.ts';
import type { SkipReason } from './comparisons.ts';
import { routeCopy } from './route-copy.ts';
import { RecordedAnswer } from './recorded-answer.ts';
import { ShadowCall, type ShadowEnd } from './shadow-call.ts';
import type { WireAnswer } from './wire-side.ts';

export interface ComparisonInput {
  readonly gateway: Gateway;
  readonly exchange: OpenExchange;
}

interface Side {
  readonly answer: RecordedAnswer;
  readonly body: Buffer;
  readonly call: UpstreamCall | undefined;
  readonly format: Format;
  readonly tools: ReadonlyMap<string, ClientTool>;
}

/** At a provider's limits all copies count as one client: they never crowd out somebody's session. */
const COPIES: Guest = { owner: 'switchyard copies', client: '' };

const NO_TOOLS: ReadonlyMap<string, ClientTool> = new Map();

/**
 * One exchange and its copy. Listens to the primary answer, sends the copy when that has begun, and hands both to
 * the store when both have ended. Nothing here is waited for by the exchange, and nothing here may fail it.
 */
export class Comparison implements Follower {
  readonly #input: ComparisonInput;
  #primary: Side | undefined;
  #copy: ShadowCall | undefined;
  /** Whether a copy is going to be sent or is under way. */
  #awaitsCopy = false;
  #isCancelled = false;
  #isOver = false;
  /** The copy's, behind those of the exchange's own attempts; set when the copy is due. */
  #ordinal: number | undefined;
  #shadow: WireAnswer | undefined;
  #record: ExchangeRecord | undefined;

  constructor(input: ComparisonInput) {
    this.#input = input;
  }

  onAnswer({ status, prepared, meter, call }: BegunAnswer): MeterInput {
    if (status !== 200) return meter;
    const { exchange } = this.#input;
    const answer = new RecordedAnswer(meter, exchange.snapshot.compare.answerBytes);
    this.#primary = { answer, body: prepared.upstream.body, call, ...wireOf(prepared) };
    if (this.#ordinal === undefined) {
      this.#ordinal = exchange.attempts.length + 1;
      this.#awaitsCopy = true;
      // By then the client has its head: what the copy costs is not on its way.
      setImmediate(() => void this.#sendCopy());
    }
    return answer;
  }

  onEnd(record: ExchangeRecord): void {
    this.#record = record;
    if (this.#isUnwanted()) this.#copy?.cancel();
    this.#conclude();
  }

  /** Breaks the copy off, at a shutdown, whether it is under way or still being made. */
  cancel(): void {
    this.#isCancelled = true;
    this.#copy?.cancel();
  }

  /** The client is gone, and copies are not to outlive that. */
  #isUnwanted(): boolean {
    const { cancelWithClient } = this.#input.exchange.snapshot.compare;
    return cancelWithClient && this.#record?.outcome.kind === 'aborted';
  }

  async #sendCopy(): Promise<void> {
    const { gateway, exchange } = this.#input;
    try {
      const reason = (await this.#obstacle()) ?? (await this.#route());
      if (reason !== undefined) this.#skip(reason);
    } catch (thrown) {
      if (this.#isCancelled) return this.#skip('stopping');
      this.#skip('unprepared');
      const error = toGatewayError(thrown);
      const level = error.code === 'internal' ? 'error' : 'warn';
      gateway.log[level]({ exchange: exchange.inbound.id }, `[Compare] no copy: ${error.message}`);
    }
  }

  #skip(reason: SkipReason): void {
    const { comparisons } = this.#input.gateway;
    comparisons.leave(this);
    comparisons.skip(reason);
    this.#awaitsCopy = false;
    this.#conclude();
  }

  async #route(): Promise<SkipReason | undefined> {
    const { gateway, exchange } = this.#input;
    const target = await routeCopy(gateway, exchange);
    return target === undefined ? 'no-target' : (this.#room() ?? this.#dispatch(target));
  }

  /** Time may have passed since it was last looked at. */
  #room(): SkipReason | undefined {
    const { gateway, exchange } = this.#input;
    return gateway.comparisons.obstacle(exchange.snapshot.compare.maxConcurrent);
  }

  async #obstacle(): Promise<SkipReason | undefined> {
    const { gateway, exchange } = this.#input;
    const { moneyPerDay } = exchange.snapshot.compare;
    const obstacle = this.#room();
    if (obstacle !== undefined || moneyPerDay === undefined) return obstacle;
    return (await gateway.comparisons.budget.allows(moneyPerDay)) ? undefined : 'budget';
  }

  /** @throws GatewayError when the request cannot be made into one for this target */
  async #dispatch(target: Target): Promise<SkipReason | undefined> {
    if (this.#isUnwanted()) return 'client-gone';
    const { gateway, exchange } = this.#input;
    const copied = withoutCaller(exchange);
    gateway.comparisons.enter(this);
    const prepared = await prepareCopy(gateway, copied, target, (input) => this.#translate(input));
    if (this.#isCancelled) return 'stopping';
    return this.#isUnwanted() ? 'client-gone' : this.#send(copied, prepared);
  }

  /** The event loop has better to do, but it alone knows whose signatures are whose. */
  async #translate(input: RequestTranslation): Promise<TranslatedRequest> {
    const { signatures, comparisons } = this.#input.gateway;
    const isOwnPossible = signatures.knows(input.target.provider);
    return isOwnPossible ? loadTranslation().translateRequest(input) : comparisons.translate(input);
  }

  #send(copied: OpenExchange, prepared: PreparedRequest): SkipReason | undefined {
    const { gateway } = this.#input;
    if (prepared.credential.owner === 'caller')
      throw new GatewayError('internal', "A copy was about to take the caller's credential along.");
    const limiter = gateway.traffic.limiters.get(placeOf(prepared.provider));
    const account = accountOf(prepared.provider, undefined);
    if (limiter !== undefined && limiter.tryEnter(COPIES, [account]) === undefined) return 'provider-busy';
    // As if another target were left: a copy is never what an open breaker is asked for.
    const pass = askBreaker(gateway, prepared, 1);
    if (pass === undefined) {
      limiter?.leave(COPIES, account);
      return 'breaker';
    }
    const ordinal = this.#ordinal ?? 0;
    const copy = new ShadowCall({ gateway, exchange: copied, prepared, pass, ordinal }, (end) =>
      this.#onShadow({ prepared, limiter }, end),
    );
    this.#copy = copy;
    gateway.comparisons.countSent();
    copy.start();
    return undefined;
  }

  #onShadow(
    { prepared, limiter }: { readonly prepared: PreparedRequest; readonly limiter: Limiter | undefined },
    { attempt, bytes }: ShadowEnd,
  ): void {
    limiter?.leave(COPIES, accountOf(prepared.provider, undefined));
    this.#input.gateway.comparisons.leave(this);
    this.#shadow = { attempt, bytes, ...wireOf(prepared) };
    this.#awaitsCopy = false;
    this.#conclude();
  }

  /** Both are over: one trace, and one pair unless the copy was broken off. */
  #conclude(): void {
    const record = this.#record;
    if (record === undefined || this.#awaitsCopy || this.#isOver) return;
    this.#isOver = true;
    const shadow = this.#shadow;
    const { gateway, exchange } = this.#input;
    const attempts = shadow === undefined ? record.attempts : [...record.attempts, shadow.attempt];
    traceExchange(gateway, exchange, { ...record, attempts });
    if (shadow !== undefined && shadow.attempt.outcome.kind !== 'aborted') this.#keepPair(record, shadow);
    // Those who learn from the exchange look at its request in this very turn.
    setImmediate(() => this.#giveRequestsBack());
  }

  /** As `release-request.ts` does where there is no copy. */
  #giveRequestsBack(): void {
    const { exchange } = this.#input;
    const copy = this.#copy;
    if (exchange.attempts.length > 1 || this.#primary?.call?.bodyWritten !== true) return;
    if (copy !== undefined && !copy.requestWritten) return;
    freeBytes(exchange.inbound.body);
    freeBytes(this.#primary.body);
    if (copy !== undefined) freeBytes(copy.body);
  }

  #keepPair(record: ExchangeRecord, shadow: WireAnswer): void {
    const attempt = record.attempts.at(-1);
    if (attempt === undefined || this.#primary === undefined) return;
    const { gateway, exchange } = this.#input;
    const { format, tools, answer } = this.#primary;
    gateway.comparisons.keep({
      context: exchangeContext(exchange),
      primary: { attempt, bytes: isWhole(attempt) ? answer.take() : undefined, format, tools },
      shadow,
    });
  }
}

/** The exchange as its copy knows it: no credential of the caller, no login of the machine, nothing of its answer. */
function withoutCaller(exchange: OpenExchange): OpenExchange {
  const inbound = { ...exchange.inbound, credential: undefined, callerIsLoopback: false };
  return {
    ...exchange,
    inbound,
    attempts: [],
    warnings: [],
    cancel: undefined,
    follower: undefined,
    isCopy: true,
  };
}

function isWhole({ outcome }: AttemptRecord): boolean {
  return outcome.kind === 'answered' && outcome.status < 400;
}

function wireOf({ provider, translation }: PreparedRequest): Pick<Side, 'format' | 'tools'> {
  return { format: provider.format, tools: translation?.context.toolNames.clients ?? NO_TOOLS };
}
