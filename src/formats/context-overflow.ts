/**
 * Recognises "the prompt is too long" in the words of every provider known, whatever status it came with. Clients
 * compact a conversation when they are told so in their own vendor's words, and give up otherwise.
 */
const WORDINGS: readonly RegExp[] = [
  /prompt is too long/i,
  /input length and .max_tokens. exceed context limit/i,
  /input is too long/i,
  /context_length_exceeded/i,
  /maximum context length/i,
  /exceeds? (the )?context window/i,
  /context window exceeds limit/i,
  /exceed_context_size_error|exceeds the available context size/i,
  /longer than the (maximum model length|model's context length)/i,
  /exceeded model token limit/i,
  /prompt exceeds max length/i,
  /range of input length should be/i,
  /input token count .*exceeds the maximum number of tokens allowed/i,
  /maximum prompt length/i,
  /reduce the length of the messages/i,
  /but (the )?model only supports up to/i,
  /exceeds your deployment/i,
];

/** Not about the prompt, though the words are near. */
const OTHERS = /policy_blocked|string too long/i;

export interface ContextOverflow {
  /** Tokens of the prompt, where the provider tells. */
  readonly tokens: number | undefined;
  /** Tokens the model takes, where the provider tells. */
  readonly limit: number | undefined;
}

export function findContextOverflow(text: string): ContextOverflow | undefined {
  if (OTHERS.test(text) || !WORDINGS.some((wording) => wording.test(text))) return undefined;
  const numbers = [...text.matchAll(/\d[\d,]{3,}/g)].map(([digits]) => Number(digits.replaceAll(',', '')));
  const [first, second] = numbers;
  if (first === undefined || second === undefined) return { tokens: undefined, limit: first };
  return { tokens: Math.max(first, second), limit: Math.min(first, second) };
}

/** In the words Anthropic's clients look for. */
export function overflowMessage({ tokens, limit }: ContextOverflow): string {
  return tokens === undefined || limit === undefined
    ? 'prompt is too long'
    : `prompt is too long: ${tokens} tokens > ${limit} maximum`;
}
