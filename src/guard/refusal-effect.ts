import type { RefusalMeaning } from '../domain/refusal.ts';

/** What follows from a refusal, for the exchange and for those that come after it. */
export interface RefusalEffect {
  /** Whether another target may take over. */
  readonly movesOn: boolean;
  /** Whether another key of the same provider may fare better. */
  readonly boundToKey: boolean;
  /** Whether waiting a little may help where there is no other target. */
  readonly worthWaiting: boolean;
  readonly mayHaveBilled: boolean;
  /** What it says about the target's health; `undefined` says nothing. */
  readonly breaker: 'failure' | 'success' | undefined;
  readonly cooldown: CooldownRule | undefined;
}

interface CooldownRule {
  readonly scope: 'model' | 'account';
  /** Milliseconds where the provider does not say how long. */
  readonly usual: number;
  /** Never longer than this, so that a reset that comes early is noticed. */
  readonly most: number;
}

const MINUTE = 60_000;

const FREE = {
  movesOn: true,
  boundToKey: false,
  worthWaiting: false,
  mayHaveBilled: false,
  breaker: undefined,
} as const;

/** The table of refusals. That something was refused is free; only a failure of the provider may have billed. */
export const REFUSAL_EFFECTS: Readonly<Record<RefusalMeaning, RefusalEffect>> = {
  'rate-limit': {
    ...FREE,
    boundToKey: true,
    worthWaiting: true,
    cooldown: { scope: 'model', usual: 5_000, most: 10 * MINUTE },
  },
  concurrency: {
    ...FREE,
    boundToKey: true,
    worthWaiting: true,
    cooldown: { scope: 'model', usual: 1_000, most: MINUTE },
  },
  'ramp-up': {
    ...FREE,
    boundToKey: true,
    worthWaiting: true,
    cooldown: { scope: 'model', usual: 10_000, most: MINUTE },
  },
  window: {
    ...FREE,
    boundToKey: true,
    cooldown: { scope: 'account', usual: 15 * MINUTE, most: 60 * MINUTE },
  },
  'model-window': {
    ...FREE,
    boundToKey: true,
    cooldown: { scope: 'model', usual: 15 * MINUTE, most: 60 * MINUTE },
  },
  credits: {
    ...FREE,
    boundToKey: true,
    cooldown: { scope: 'account', usual: 5 * MINUTE, most: 15 * MINUTE },
  },
  overloaded: {
    ...FREE,
    breaker: 'failure',
    cooldown: { scope: 'model', usual: 0, most: MINUTE },
  },
  'model-unavailable': { ...FREE, cooldown: { scope: 'model', usual: MINUTE, most: MINUTE } },
  'key-refused': { ...FREE, boundToKey: true, cooldown: { scope: 'account', usual: MINUTE, most: MINUTE } },
  'server-error': {
    movesOn: true,
    boundToKey: false,
    worthWaiting: false,
    mayHaveBilled: true,
    breaker: 'failure',
    cooldown: undefined,
  },
  'client-error': {
    movesOn: false,
    boundToKey: false,
    worthWaiting: false,
    mayHaveBilled: false,
    breaker: 'success',
    cooldown: undefined,
  },
};

/** How long a target is left alone after a refusal; 0 for not at all. Milliseconds. */
export function cooldownOf(meaning: RefusalMeaning, retryAfterMs: number | undefined): number {
  const rule = REFUSAL_EFFECTS[meaning].cooldown;
  return rule === undefined ? 0 : Math.min(rule.most, retryAfterMs ?? rule.usual);
}
