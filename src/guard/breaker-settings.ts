/** When a target is left alone, and for how long. Times in milliseconds. */
export interface BreakerSettings {
  /** Hard failures in a row that open a breaker. */
  readonly consecutive: number;
  /** Share of failures within the window that opens it, once there are `minimum` answers. */
  readonly ratio: number;
  readonly minimum: number;
  readonly window: number;
  /** How long it stays open the first time; twice as long after each probe that fails. */
  readonly open: number;
  readonly openMax: number;
  /** Probes that must succeed in a row to close it. */
  readonly successes: number;
}

export const DEFAULT_BREAKER_SETTINGS: BreakerSettings = {
  consecutive: 5,
  ratio: 0.5,
  minimum: 10,
  window: 30_000,
  open: 15_000,
  openMax: 300_000,
  successes: 2,
};
