import type { ConfigSnapshot } from '../config/snapshot.ts';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { CustomRouterAnswer } from '../domain/custom-router.ts';
import type { Decision } from '../domain/decision.ts';
import type { Mode } from '../domain/mode.ts';
import type {
  ExchangeOutcome,
  ExchangeRecord,
  InboundRequest,
  RequestFacts,
  RequestKind,
  Reroute,
} from '../domain/exchange.ts';
import type { Provider } from '../domain/provider.ts';
import type { Warning } from '../domain/warning.ts';
import type { ExchangeContext } from '../domain/ledger.ts';
import type { TextMeasure } from '../formats/measure-text.ts';
import type { WireFormat } from '../formats/wire-format.ts';
import { shortName } from '../lib/short-text.ts';
import type { UpstreamCall } from '../transport/upstream.ts';
import type { Answer } from './answer/answer.ts';
import type { MeterInput } from './attempt/metering-tap.ts';
import type { PreparedRequest } from './prepare/prepare.ts';
import type { ExchangeContent } from '../telemetry/tracing/content/exchange-content.ts';
import type { ExchangeCapture } from './capture/exchange-capture.ts';

/** An exchange while it runs: what is known so far, filled in stage by stage. */
export interface OpenExchange {
  /** Its body may be empty once the answer is committed (`release-request.ts`). */
  readonly inbound: InboundRequest;
  /** Length of the body as it came. */
  readonly requestBytes: number;
  readonly kind: RequestKind;
  readonly format: WireFormat;
  readonly snapshot: ConfigSnapshot;
  /** The mode it began with; a switch touches later ones only. */
  readonly mode: Mode;
  readonly answer: Answer;
  /** Copies the bodies; set while capture is switched on. */
  readonly capture: ExchangeCapture | undefined;
  /** Copies what is said; set while spans show it. */
  readonly content: ExchangeContent | undefined;
  facts: RequestFacts | undefined;
  /** The folder the client works in; looked for only where the live line shows it. */
  workspace?: string | undefined;
  /** What the owner's own routing script said; set where there is one. */
  custom?: CustomRouterAnswer | undefined;
  decision: Decision | undefined;
  /** Providers with the one of their keys that was refused. */
  refusedKeys?: ReadonlySet<Provider>;
  /** Of a provider with several keys the one that has kept room for it. */
  roomAt?: Provider | undefined;
  readonly attempts: AttemptRecord[];
  outcome: ExchangeOutcome | undefined;
  /** Set where the conversation left a prompt cache behind. */
  reroute?: Reroute | undefined;
  /** What the translation of the answer's attempt left out or changed. */
  warnings: readonly Warning[];
  /** What the body measured, taken before it was given up. */
  measure: TextMeasure | 'unwanted' | undefined;
  /** Set for the copy of a compared exchange. */
  readonly isCopy?: true;
  /** Set where somebody wants to know of the answer, too. */
  follower: Follower | undefined;
  /** Time that was neither the gateway's own nor a try's: the upload, and pauses. */
  waitedMs: number;
  /** Cancels the attempt under way; set while there is one. */
  cancel: ((reason: CancelReason) => void) | undefined;
}

/** Listens to an exchange; it can neither hold nor change nor fail it. */
export interface Follower {
  /** An answer begins. @returns what is fed in place of the meter, and feeds it */
  onAnswer(begun: BegunAnswer): MeterInput;
  /** The exchange is over. It is traced by its follower, which may know of more attempts, now or later. */
  onEnd(record: ExchangeRecord): void;
}

export interface BegunAnswer {
  readonly status: number;
  readonly prepared: PreparedRequest;
  readonly meter: MeterInput;
  /** What carries it; tells when nothing reads the memory of the request any more. */
  readonly call: UpstreamCall | undefined;
}

/** Why an exchange is stopped from outside. */
export type CancelReason = 'client-gone' | 'shutdown';

/** What is known of an exchange before it ends; every line of the journal says at least so much. */
export function exchangeContext(exchange: OpenExchange): ExchangeContext {
  const { inbound, facts } = exchange;
  return {
    id: inbound.id,
    receivedAt: inbound.receivedAt,
    kind: exchange.kind,
    client: inbound.client,
    requestedModel: shortName(facts?.model),
    stream: facts?.stream ?? false,
    requestBytes: exchange.requestBytes,
    decision: exchange.decision,
    task: exchange.decision?.task,
    labels: inbound.labels,
  };
}

/** The terminal record of an exchange. */
export function closeExchange(exchange: OpenExchange, now: number): ExchangeRecord {
  return {
    ...exchangeContext(exchange),
    totalMs: now - exchange.inbound.startedAt,
    waitedMs: exchange.waitedMs,
    responseBytes: exchange.answer.bytes,
    decision: exchange.decision,
    attempts: exchange.attempts,
    outcome: exchange.outcome ?? { kind: 'aborted' },
    reroute: exchange.reroute,
    warnings: exchange.warnings,
    workspace: exchange.workspace,
  };
}
