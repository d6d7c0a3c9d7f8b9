/**
 * Time as a parameter. Code below floor 4 never reads a clock of its own; it is handed one of these,
 * so that tests turn time by hand.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May jump; use it for display and records only. */
  now(): number;
  /** Monotonic time in milliseconds from an arbitrary start. Use it for every duration and deadline. */
  monotonic(): number;
}
