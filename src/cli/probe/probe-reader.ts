/**
 * Reads a streamed answer as far as a probe needs it: who served, when content began, what went wrong. Takes
 * Anthropic's and OpenAI's chat events alike; anything else leaves everything unknown.
 */
import { z } from 'zod';

const eventSchema = z.looseObject({
  type: z.string().optional(),
  model: z.string().optional(),
  message: z.looseObject({ model: z.string().optional() }).optional(),
  delta: z.looseObject({ text: z.string().optional() }).optional(),
  choices: z
    .array(z.looseObject({ delta: z.looseObject({ content: z.string().nullish() }).optional() }))
    .optional(),
  error: z.looseObject({ message: z.string().optional() }).optional(),
});

type StreamEvent = z.infer<typeof eventSchema>;

export class ProbeReader {
  servedModel: string | undefined;
  /** When the first content came, on the clock of `push`. */
  contentAt: number | undefined;
  errorMessage: string | undefined;
  #rest = '';
  readonly #texts: string[] = [];

  /** What the model wrote so far. */
  get text(): string {
    return this.#texts.join('');
  }

  push(chunk: string, now: number): void {
    const lines = (this.#rest + chunk).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:')) this.#read(line.slice(5), now);
  }

  #read(data: string, now: number): void {
    const event = parseEvent(data);
    if (event === undefined) return;
    this.servedModel ??= event.model ?? event.message?.model;
    this.errorMessage ??= event.error?.message;
    const text = event.delta?.text ?? event.choices?.[0]?.delta?.content ?? '';
    if (text !== '') this.#texts.push(text);
    if (text !== '' || event.type === 'content_block_delta') this.contentAt ??= now;
  }
}

/** The message of an error body in either dialect. */
export function errorMessageOf(body: string): string | undefined {
  return parseEvent(body)?.error?.message;
}

function parseEvent(data: string): StreamEvent | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined; // `[DONE]`, or nothing a probe understands.
  }
}
