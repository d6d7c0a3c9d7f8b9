import type { ChainSide } from '../domain/chain.ts';

/** How an entry fares, in the words that people read. */
export type EntryHealth =
  /** Nobody looks: it is disabled or was stopped. */
  | 'unchecked'
  | 'checking'
  | 'healthy'
  | 'unreachable'
  /** A command wrapper has no port and is never asked. */
  | 'passive';

/** Who runs the service, and what becomes of it. */
export type ServiceState =
  /** It has no command here, or somebody else started it: it is only watched. */
  | 'external'
  | 'stopped'
  | 'starting'
  | 'running'
  /** It ended and is started again after a while. */
  | 'waiting'
  /** It was given up; `start` tries again. */
  | 'failed';

export interface EntryReport {
  readonly id: string;
  readonly name: string;
  readonly side: ChainSide;
  readonly kind: 'http' | 'cli_wrapper';
  readonly enabled: boolean;
  readonly url: string | undefined;
  readonly health: EntryHealth;
  readonly state: ServiceState;
  /** What is the matter, as the rest of a sentence; `''` when nothing is. */
  readonly reason: string;
  readonly pid: number | undefined;
  /** Wall clock of the present run, milliseconds. */
  readonly startedAt: number | undefined;
  /** How often it ended by itself since the gateway runs. */
  readonly restarts: number;
  readonly checks: { readonly passed: number; readonly failed: number; readonly lastMs: number | undefined };
  /** Where what it prints is kept; `undefined` where nothing is. */
  readonly log: string | undefined;
}
