import type { LimitField } from '../domain/target-quirks.ts';

/** Words by which a refusal says that a field is not known here. */
const UNKNOWN_FIELD =
  /unsupported|not supported|unrecognized|unknown|unexpected|extra inputs|extra_forbidden|not permitted|not allowed/;

const INSTEAD = /\b(max_completion_tokens|max_tokens)\b\W+instead/;

/**
 * The name under which the output limit is wanted, where a refusal complains about the other one. Reasoning models of
 * OpenAI refuse `max_tokens`, some compatible servers `max_completion_tokens`.
 * @param text the refusal's body, in lower case
 */
export function wantedLimitField(text: string): LimitField | undefined {
  if (!UNKNOWN_FIELD.test(text)) return undefined;
  const instead = INSTEAD.exec(text)?.[1];
  if (instead === 'max_tokens' || instead === 'max_completion_tokens') return instead;
  const saysOld = /\bmax_tokens\b/.test(text);
  const saysNew = /\bmax_completion_tokens\b/.test(text);
  if (saysOld === saysNew) return undefined;
  return saysOld ? 'max_completion_tokens' : 'max_tokens';
}
