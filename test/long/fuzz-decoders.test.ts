/**
 * Mutated answers, requests and errors through every decoder: nothing may throw what is not ours, grow without end or
 * hold up the event loop. Runs for SWITCHYARD_FUZZ_SECONDS (60); SWITCHYARD_FUZZ_SEED repeats a run.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { context, target } from '../../fixtures/translation.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { FORMATS, type Format } from '../../src/domain/format.ts';
import { wireFormatOf } from '../../src/formats/index.ts';
import { translateError } from '../../src/formats/translate-error.ts';
import { createStreamTranslator, translateRequest, translateWhole } from '../../src/formats/translate.ts';
import { streamingBody } from '../support/requests.ts';

const SECONDS = Number(process.env['SWITCHYARD_FUZZ_SECONDS'] ?? '60');
const SEED = Number(process.env['SWITCHYARD_FUZZ_SEED'] ?? Date.now() % 1_000_000);

/** Longest that one piece of work may hold the event loop, in milliseconds: the figure other requests wait for. */
const LONGEST_STALL = 50;
/** A stall counts when it comes again: once may be the garbage collector or a busy machine. */
const REPEATS = 3;
const MOST_MEMORY = 400 * 1024 * 1024;

class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 4_294_967_296) * limit);
  }

  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

const STREAMS: Readonly<Record<Format, readonly Buffer[]>> = {
  'anthropic-messages': streamsIn('anthropic-messages'),
  'openai-chat': streamsIn('openai-chat'),
  'openai-responses': streamsIn('openai-responses'),
  gemini: streamsIn('gemini'),
};

function streamsIn(format: Format): Buffer[] {
  const folder = fileURLToPath(new URL(`../../fixtures/${format}/`, import.meta.url));
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => readFileSync(folder + file));
}

const PIECES = [
  'data: ',
  '\n\n',
  '\r\n\r\n',
  'event: error\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\u',
  '\\ud83d',
  'null',
  '1e999',
  '-0',
  '{"type":"__proto__"}',
  '"index":-1',
  '"index":1e9',
  '"tool_calls":{}',
  '"content":[[]]',
  '"delta":null',
  '"usage":{"input_tokens":-5}',
  '\0',
  '\ufeff',
  '[DONE]',
  ': comment\n',
  '"id":""',
  '"arguments":{"a":1}',
] as const;

const MUTATIONS: readonly ((bytes: Buffer, dice: Dice) => Buffer)[] = [
  (bytes, dice) => {
    const copy = Buffer.from(bytes);
    for (let count = dice.below(8); count >= 0; count--) copy[dice.below(copy.length)] = dice.below(256);
    return copy;
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length)),
  (bytes, dice) => bytes.subarray(dice.below(bytes.length)),
  (bytes, dice) => insert(bytes, dice.below(bytes.length), Buffer.from(dice.pick(PIECES))),
  (bytes, dice) => {
    const from = dice.below(bytes.length);
    return insert(bytes, dice.below(bytes.length), bytes.subarray(from, from + dice.below(2_000)));
  },
  (bytes, dice) => insert(bytes, dice.below(bytes.length), dice.pick(STREAMS[dice.pick(FORMATS)])),
  (bytes, dice) =>
    insert(
      bytes,
      dice.below(bytes.length),
      Buffer.alloc(dice.below(100_000), dice.pick(['[', '{"a":', 'x', '"', ' '])),
    ),
];

function insert(bytes: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function mutated(bytes: Buffer, dice: Dice): Buffer {
  let result = bytes;
  for (let count = dice.below(4); count >= 0 && result.length > 0; count--)
    result = dice.pick(MUTATIONS)(result, dice);
  return result;
}

function inChunks(bytes: Buffer, dice: Dice): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + dice.below(dice.pick([3, 100, 5_000, 65_536]));
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

/** Steps that the event loop gets to breathe between; they may refuse with an error of ours and with nothing else. */
type Work = (bytes: Buffer, dice: Dice, from: Format, to: Format) => Iterable<() => unknown>;

const WORKS: readonly Work[] = [
  function* stream(bytes, dice, from, to) {
    const translator = createStreamTranslator({ from, to, context: context(from) });
    for (const chunk of inChunks(bytes, dice)) yield () => translator.push(chunk);
    yield () => translator.end();
    assert.notEqual(translator.report.outcome.kind, 'open');
  },
  function* whole(bytes, _dice, from, to) {
    yield () => translateWhole(bytes, { from, to, context: context(from) });
  },
  function* metering(bytes, dice, from) {
    const meter = wireFormatOf(from).createMeter(dice.below(2) === 0);
    for (const chunk of inChunks(bytes, dice)) yield () => meter.push(chunk);
    yield () => meter.end();
  },
  function* failure(bytes, dice, _from, to) {
    const status = 400 + dice.below(200);
    yield () => translateError({ to, provider: 'p', status, body: bytes, credentialOwner: 'gateway' });
  },
  function* request(_bytes, dice, from, to) {
    const body = mutated(Buffer.from(JSON.stringify(requestOf(from))), dice);
    const { answerModel, created, newId, reasoningFields } = context(to);
    const client = { model: 'm', stream: true };
    const answer = { answerModel, created, newId, reasoningFields };
    yield () => translateRequest({ from, body, client, target: target(to), answer, policy: 'lenient' });
  },
];

function requestOf(format: Format): object {
  if (format === 'gemini')
    return {
      contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
      tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT' } }] }],
    };
  const dialect =
    format === 'openai-chat' ? 'chat' : format === 'openai-responses' ? 'responses' : 'anthropic';
  return {
    ...streamingBody(dialect, 'm'),
    tools: [
      {
        name: 'f',
        type: 'function',
        input_schema: { type: 'object' },
        function: { name: 'f', parameters: {} },
      },
    ],
  };
}

/** @returns milliseconds of the longest step */
function longestStep(steps: Iterable<() => unknown>): number {
  let longest = 0;
  for (const step of steps) {
    const began = performance.now();
    try {
      step();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
    }
    longest = Math.max(longest, performance.now() - began);
  }
  return longest;
}

test(
  `decoders survive ${SECONDS} s of mutated bytes (seed ${SEED})`,
  { timeout: (SECONDS + 60) * 1000 },
  (t) => {
    const end = performance.now() + SECONDS * 1000;
    const heapBefore = process.memoryUsage().rss;
    let rounds = 0;
    let slowest = 0;
    for (; performance.now() < end; rounds++) {
      const seed = SEED + rounds;
      const dice = new Dice(seed);
      const from = dice.pick(FORMATS);
      const to = dice.pick(FORMATS.filter((format) => format !== from));
      const bytes = mutated(dice.pick(STREAMS[from]), dice);
      const work = dice.pick(WORKS);
      const again = (): number => longestStep(work(bytes, new Dice(seed + 1), from, to));
      let took = Infinity;
      for (let repeat = 0; repeat < REPEATS && took > LONGEST_STALL; repeat++) took = Math.min(took, again());
      slowest = Math.max(slowest, took);
      assert.ok(
        took <= LONGEST_STALL,
        `seed ${seed}: ${work.name} ${from} → ${to} on ${bytes.length} bytes took ${took.toFixed(0)} ms`,
      );
    }
    const grown = process.memoryUsage().rss - heapBefore;
    t.diagnostic(
      `${rounds} rounds, slowest ${slowest.toFixed(1)} ms, ${(grown / 2 ** 20).toFixed(0)} MiB more memory`,
    );
    assert.ok(grown < MOST_MEMORY, `${grown} bytes more`);
  },
);
