/** Why a target should not be asked now. */
export interface Obstacle {
  readonly reason: string;
  /** Milliseconds until it may be asked again. */
  readonly readyInMs: number;
}
