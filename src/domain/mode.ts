/**
 * Who answers clients. `target`: the routes say. `compare`: the passthrough provider answers, and the routed target
 * gets a copy, for comparison. `anthropic-only`: the passthrough provider alone.
 */
export const MODES = ['target', 'compare', 'anthropic-only'] as const;

export type Mode = (typeof MODES)[number];
