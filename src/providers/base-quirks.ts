import { assertNever } from '../lib/assert-never.ts';
import { EFFORTS } from '../domain/conversation.ts';
import type { Format } from '../domain/format.ts';
import { ANTHROPIC_QUIRKS, GENERIC_QUIRKS } from '../domain/quirk-sets.ts';
import type { TargetQuirks } from '../domain/target-quirks.ts';

/** What a provider of this format takes as long as nothing else is known of it. */
export function baseQuirks(format: Format): TargetQuirks {
  switch (format) {
    case 'openai-chat':
      return GENERIC_QUIRKS;
    case 'anthropic-messages':
      return THIRD_PARTY_ANTHROPIC;
    case 'openai-responses':
      return GENERIC_RESPONSES;
    case 'gemini':
      return GENERIC_GEMINI;
    default:
      return assertNever(format);
  }
}

/** Others who answer in Anthropic's format run none of its own tools and refuse what came later. */
const THIRD_PARTY_ANTHROPIC: TargetQuirks = Object.freeze({
  ...ANTHROPIC_QUIRKS,
  midSystem: 'user',
  strictTools: false,
  documents: 'none',
  webSearch: 'none',
  userField: 'none',
} satisfies TargetQuirks);

const GENERIC_RESPONSES: TargetQuirks = Object.freeze({
  ...GENERIC_QUIRKS,
  effort: { kind: 'effort', levels: EFFORTS, off: 'none' },
} satisfies TargetQuirks);

const GENERIC_GEMINI: TargetQuirks = Object.freeze({
  ...GENERIC_QUIRKS,
  schema: 'gemini',
  topK: true,
} satisfies TargetQuirks);
