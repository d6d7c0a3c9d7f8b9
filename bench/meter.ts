/**
 * What a meter costs: microseconds per event when each event comes as a chunk of its own (paced), and per answer when
 * the whole stream comes as one chunk (burst). Run: `node bench/meter.ts`.
 */
import { createMeter as createAnthropicMeter } from '../src/formats/anthropic-messages/meter.ts';
import { createMeter as createGeminiMeter } from '../src/formats/gemini/meter.ts';
import { createMeter as createChatMeter } from '../src/formats/openai-chat/meter.ts';
import { createMeter as createResponsesMeter } from '../src/formats/openai-responses/meter.ts';
import type { ResponseMeter } from '../src/formats/wire-format.ts';

interface Workload {
  readonly name: string;
  readonly events: readonly Buffer[];
  createMeter(stream: boolean): ResponseMeter;
}

const DELTAS = 200;
const WORDS = ' of the quick brown fox';

function named(event: Record<string, unknown>): Buffer {
  return Buffer.from(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
}

function unnamed(event: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}

function deltas(make: (text: string) => Buffer): Buffer[] {
  return Array.from({ length: DELTAS }, (_, index) => make(WORDS.slice(0, 6 + (index % 16))));
}

function anthropic(block: string, delta: (text: string) => object): Buffer[] {
  const usage = { input_tokens: 9, cache_read_input_tokens: 41_000, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage };
  return [
    named({ type: 'message_start', message }),
    named({ type: 'content_block_start', index: 0, content_block: { type: block, [block]: '' } }),
    ...deltas((text) => named({ type: 'content_block_delta', index: 0, delta: delta(text) })),
    named({ type: 'content_block_stop', index: 0 }),
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 200 } }),
    named({ type: 'message_stop' }),
  ];
}

function chat(extra: (index: number) => object): Buffer[] {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'm' };
  const chunk = (delta: object, finish: string | null, index = 0) =>
    unnamed({ ...head, choices: [{ index: 0, delta, finish_reason: finish }], ...extra(index) });
  let index = 0;
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...deltas((content) => chunk({ content }, null, index++)),
    chunk({}, 'stop'),
    unnamed({ ...head, choices: [], usage: { prompt_tokens: 900, completion_tokens: 200 } }),
    Buffer.from('data: [DONE]\n\n'),
  ];
}

function responses(): Buffer[] {
  const response = { id: 'resp_1', status: 'completed', model: 'm', output: [{ type: 'message' }] };
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  return [
    named({ type: 'response.created', response: { ...response, status: 'in_progress' } }),
    ...deltas((delta) => named({ type: 'response.output_text.delta', ...place, delta })),
    named({ type: 'response.completed', response: { ...response, usage: { input_tokens: 9 } } }),
  ];
}

function gemini(): Buffer[] {
  const usageMetadata = { promptTokenCount: 900, candidatesTokenCount: 20, totalTokenCount: 920 };
  return deltas((text) =>
    unnamed({ candidates: [{ content: { parts: [{ text }] }, index: 0 }], usageMetadata }),
  );
}

const WORKLOADS: readonly Workload[] = [
  {
    name: 'anthropic-messages, text',
    events: anthropic('text', (text) => ({ type: 'text_delta', text })),
    createMeter: createAnthropicMeter,
  },
  {
    name: 'anthropic-messages, thinking',
    events: anthropic('thinking', (thinking) => ({ type: 'thinking_delta', thinking })),
    createMeter: createAnthropicMeter,
  },
  { name: 'openai-chat', events: chat(() => ({})), createMeter: createChatMeter },
  {
    name: 'openai-chat, padded',
    events: chat((index) => ({ usage: null, obfuscation: 'x'.repeat(1 + (index % 8)) })),
    createMeter: createChatMeter,
  },
  {
    name: 'openai-chat, usage each',
    events: chat((index) => ({ usage: { prompt_tokens: 900, completion_tokens: index } })),
    createMeter: createChatMeter,
  },
  { name: 'openai-responses', events: responses(), createMeter: createResponsesMeter },
  { name: 'gemini', events: gemini(), createMeter: createGeminiMeter },
];

function run(workload: Workload, chunks: readonly Buffer[]): void {
  const meter = workload.createMeter(true);
  for (const chunk of chunks) meter.push(chunk);
  meter.end();
}

/** Microseconds per run, the best of five rounds. */
function measure(workload: Workload, chunks: readonly Buffer[]): number {
  const rounds = 500;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round++) {
    const started = process.hrtime.bigint();
    for (let index = 0; index < rounds; index++) run(workload, chunks);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1000 / rounds);
  }
  return best;
}

if (import.meta.main) {
  console.log('format                          events   bytes   paced µs/event   burst µs/answer');
  for (const workload of WORKLOADS) {
    const burst = Buffer.concat(workload.events);
    const paced = measure(workload, workload.events) / workload.events.length;
    const whole = measure(workload, [burst]);
    const sizes = `${String(workload.events.length).padStart(6)} ${String(burst.length).padStart(7)}`;
    console.log(
      `${workload.name.padEnd(32)}${sizes} ${paced.toFixed(3).padStart(16)} ${whole.toFixed(1).padStart(17)}`,
    );
  }
}
