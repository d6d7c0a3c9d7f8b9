import { type Effort, EFFORTS } from '../../domain/conversation.ts';
import type { ClaudeAbilities } from '../../domain/target-quirks.ts';

const ALL_EFFORTS: readonly Effort[] = EFFORTS.filter((effort) => effort !== 'minimal');
const NO_XHIGH: readonly Effort[] = ['low', 'medium', 'high', 'max'];
const TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];

const K = 1_000;

const NEWEST: ClaudeAbilities = {
  sampling: false,
  adaptive: true,
  budget: false,
  disabled: false,
  forcedToolChoice: false,
  efforts: ALL_EFFORTS,
  midSystem: true,
  maxOutput: 128 * K,
};
const OPUS_5: ClaudeAbilities = { ...NEWEST, budget: true, disabled: true, forcedToolChoice: true };
const FOUR_7: ClaudeAbilities = { ...OPUS_5, midSystem: false };
const FOUR_6: ClaudeAbilities = { ...FOUR_7, sampling: true, efforts: NO_XHIGH };
const FOUR_5: ClaudeAbilities = { ...FOUR_6, adaptive: false, efforts: [], maxOutput: 64 * K };
const NO_THINKING: ClaudeAbilities = { ...FOUR_5, budget: false, maxOutput: 8_192 };

/** Part of a model's name → what it takes; the first that is found counts. Source: AI SDK 4.0 and vendor docs, 2026-11. */
const TABLE: readonly (readonly [part: string, abilities: ClaudeAbilities])[] = [
  ['sonnet-5-5', NEWEST],
  ['opus-5-5', NEWEST],
  ['haiku-5-5', { ...NEWEST, disabled: true, forcedToolChoice: true }],
  ['fable-5-1', NEWEST],
  ['fable-5-2', NEWEST],
  ['fable-5', { ...NEWEST, forcedToolChoice: true }],
  ['opus-5', OPUS_5],
  ['sonnet-5', OPUS_5],
  ['opus-4-8', OPUS_5],
  ['opus-4-7', FOUR_7],
  ['sonnet-4-6', FOUR_6],
  ['opus-4-6', FOUR_6],
  ['opus-4-5', { ...FOUR_5, efforts: TO_HIGH }],
  ['sonnet-4-5', FOUR_5],
  ['haiku-4-5', FOUR_5],
  ['sonnet-4', FOUR_5],
  ['opus-4', { ...FOUR_5, maxOutput: 32 * K }],
  ['3-7-sonnet', FOUR_5],
  ['claude-3-5', NO_THINKING],
  ['claude-3', { ...NO_THINKING, maxOutput: 4_096 }],
];

/** Models of others behind this format take what Claude took before effort and adaptive thinking came. */
const OTHERS: ClaudeAbilities = { ...FOUR_5, maxOutput: 32 * K };

/** What a model takes by its name; an unknown Claude is taken for the newest. */
export function abilitiesOf(model: string, corrections: Partial<ClaudeAbilities>): ClaudeAbilities {
  const name = model.toLowerCase().replaceAll('.', '-');
  const known = TABLE.find(([part]) => name.includes(part))?.[1];
  const guess = name.includes('claude') ? NEWEST : OTHERS;
  return { ...(known ?? guess), ...corrections };
}
