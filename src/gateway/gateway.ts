import type { ConfigSnapshot } from '../config/snapshot.ts';
import type { EventSink } from '../contract/events.ts';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { CallerCredential } from '../domain/credential.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { CustomRouterAnswer } from '../domain/custom-router.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import type { ExchangeTracer } from '../telemetry/tracing/exchange-tracer.ts';
import type { Transport } from '../transport/upstream.ts';
import type { Captures } from './capture/captures.ts';
import type { ActiveExchanges } from './active-exchanges.ts';
import type { Comparisons } from './compare/comparisons.ts';
import type { SnapshotListener } from './configuration/current-configuration.ts';
import type { ModeSwitch } from './decide/mode-switch.ts';
import type { SignatureMemory } from './memory/signature-memory.ts';
import type { Traffic } from './memory/traffic.ts';
import type { TokenCalibration } from './memory/token-calibration.ts';

/** What the gateway works with; built once in `compose.ts`. */
export interface Gateway {
  /** The configuration of this moment. An exchange asks once and keeps what it got. */
  snapshot(): ConfigSnapshot;
  /** Tells of every later configuration, right after the swap. @returns what ends the subscription */
  onSnapshot(listener: SnapshotListener): () => void;
  readonly modes: ModeSwitch;
  readonly transport: Transport;
  readonly clock: Clock;
  newId(): string;
  /** This process's name in hop headers. */
  readonly instanceId: string;
  readonly signatures: SignatureMemory;
  readonly traffic: Traffic;
  /** Prompt sizes, where a provider does not count them. */
  readonly calibration: TokenCalibration;
  readonly active: ActiveExchanges;
  readonly comparisons: Comparisons;
  readonly captures: Captures;
  readonly claudeLogin: MachineLogin;
  readonly log: GatewayLog;
  /** Asks the owner's own routing script; called only where the configuration has one. */
  readonly customRouter: CustomRouterClient;
  /** What happens, for those who watch; ask `listening` before an event is built. */
  readonly events: EventSink;
  /** Told of every try before it is sent, and of its end when another one follows. */
  readonly ledger: Pick<Ledger, 'recordIntent' | 'recordAttempt'>;
  /** Who traces requests at this moment; `undefined` while nobody does. */
  readonly tracer: () => ExchangeTracer | undefined;
  /** Called once for every finished exchange; must not throw. */
  readonly record: (record: ExchangeRecord) => void;
  /** Called once for every finished second answer of a comparison; must not throw. */
  readonly recordShadow: (attempt: AttemptRecord) => void;
  /** Called for every request that is refused before it becomes an exchange. */
  readonly refused: (error: ErrorCode) => void;
}

/** The way to the process that runs the owner's script. */
export interface CustomRouterClient {
  /** Never rejects: what goes wrong is an answer, too. */
  ask(request: Readonly<Record<string, unknown>>): Promise<CustomRouterAnswer>;
}

/** A login kept on this machine. */
export interface MachineLogin {
  available(): boolean;
  /** @throws GatewayError `upstream_credential_missing` */
  credential(): CallerCredential;
}

/** The few things the gateway says itself; everything else is in the exchange records. */
export interface GatewayLog {
  info(details: Readonly<Record<string, unknown>>, message: string): void;
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
  error(details: Readonly<Record<string, unknown>>, message: string): void;
}
