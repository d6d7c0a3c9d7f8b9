import { Lru } from '../lib/lru.ts';

/** The first guess: English prose and code come to about four characters a token. */
const FIRST_GUESS = 4;
/** What Anthropic's documentation names as the usual price of a full-sized image. */
const TOKENS_PER_ATTACHMENT = 1_600;
/** No tokenizer is beyond these; what is measured outside was measured wrongly. */
const LEAST_BYTES = 1.5;
const MOST_BYTES = 8;
/** How much one answer moves the scale. */
const STEP = 0.2;
/** Shorter prompts say more about the envelope than about the text. */
const LEAST_PROMPT = 2_000;
const MODELS = 500;

/** The size of a prompt whose tokens nobody has counted yet. */
export interface PromptSize {
  readonly textBytes: number;
  readonly attachments: number;
}

/**
 * Bytes per token, by the name of the model that was asked for, learned from what providers counted. Rough on
 * purpose: a route is chosen from a size that the scan of the request gives for nothing, before anybody knows which provider
 * will count. Where a client asks for a count, `TokenCalibration` looks at the text itself, provider by provider.
 */
export class TokenScale {
  readonly #bytesPerToken = new Lru<string, number>(MODELS);

  estimate(model: string, { textBytes, attachments }: PromptSize): number {
    const scale = this.#bytesPerToken.get(model) ?? FIRST_GUESS;
    return Math.ceil(textBytes / scale) + attachments * TOKENS_PER_ATTACHMENT;
  }

  /** @param promptTokens as the provider counted them, cached ones included */
  learn(model: string, { textBytes, attachments }: PromptSize, promptTokens: number): void {
    const textTokens = promptTokens - attachments * TOKENS_PER_ATTACHMENT;
    if (textBytes < LEAST_PROMPT || textTokens <= 0) return;
    const measured = textBytes / textTokens;
    if (measured < LEAST_BYTES || measured > MOST_BYTES) return;
    const known = this.#bytesPerToken.get(model) ?? FIRST_GUESS;
    this.#bytesPerToken.set(model, known + (measured - known) * STEP);
  }
}
