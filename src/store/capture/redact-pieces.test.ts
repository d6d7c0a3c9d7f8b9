import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as check, constantFrom, nat, oneof, property, record, string } from 'fast-check';
import { createSecretFinder, REDACTED } from '../../lib/redact.ts';
import { redactPieces } from './redact-pieces.ts';

/** One the gateway knows, and those that give themselves away. */
const SECRETS = [
  'correct "horse" käse 🐴 \\ staple',
  'sk-ant-api03-AbCd_1234567890-xyz',
  'ghp_0123456789abcdefghijABCDEFGHIJ0123',
] as const;
const find = createSecretFinder([SECRETS[0]]);
const redact = (body: string) => {
  const { text, count } = redactPieces(Buffer.from(body).toString('latin1'), find);
  return { text: Buffer.from(text, 'latin1').toString(), count };
};

const frame = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const named = (type: string, data: object): string => `event: ${type}\n${frame({ type, ...data })}`;

/** The text at a path, `''` where there is none. */
function pick(value: unknown, ...path: string[]): string {
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === 'string' ? value : '';
  return typeof value === 'object' && value !== null
    ? pick(Object.entries(value).find(([key]) => key === name)?.[1], ...rest)
    : '';
}

interface Dialect {
  readonly write: (pieces: string[]) => string;
  readonly read: (event: unknown) => string;
}

/** How each format says a text in pieces, and what its readers put together again of each event. */
const FORMATS: Readonly<Record<string, Dialect>> = {
  anthropic: {
    write: ([first = '', ...rest]) =>
      named('content_block_start', { content_block: { type: 'text', text: first }, index: 0 }) +
      rest
        .map((text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }))
        .join(''),
    read: (event) => pick(event, 'content_block', 'text') || pick(event, 'delta', 'text'),
  },
  'anthropic, as input of a tool': {
    write: (pieces) =>
      pieces
        .map((json) =>
          named('content_block_delta', { delta: { type: 'input_json_delta', partial_json: json }, index: 1 }),
        )
        .join(''),
    read: (event) => pick(event, 'delta', 'partial_json'),
  },
  chat: {
    write: (pieces) =>
      pieces
        .map((content) => frame({ id: 'chatcmpl-1', choices: [{ delta: { content }, index: 0 }] }))
        .join('') + 'data: [DONE]\n\n',
    read: (event) => pick(event, 'choices', '0', 'delta', 'content'),
  },
  'chat, two answers at a time': {
    write: (pieces) =>
      pieces
        .map((content) =>
          frame({
            choices: [
              { index: 0, delta: { content } },
              { index: 1, delta: { content: 'between' } },
            ],
          }),
        )
        .join(''),
    read: (event) => pick(event, 'choices', '0', 'delta', 'content'),
  },
  responses: {
    write: (pieces) =>
      pieces
        .map((delta, at) =>
          // Some providers make an item's id anew for every event.
          named('response.output_text.delta', {
            delta,
            item_id: `item-${at}`,
            output_index: 0,
            sequence_number: at,
          }),
        )
        .join(''),
    read: (event) => pick(event, 'delta'),
  },
  gemini: {
    write: (pieces) =>
      pieces
        .map(
          (text) => `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }] })}\r\n\r\n`,
        )
        .join(''),
    read: (event) => pick(event, 'candidates', '0', 'content', 'parts', '0', 'text'),
  },
};

/** The events of a stream, those that are whole. */
function eventsOf(body: string): unknown[] {
  return body.split(/\r?\n/).flatMap((line) => {
    try {
      return line.startsWith('data: {') ? [JSON.parse(line.slice('data: '.length))] : [];
    } catch {
      return [];
    }
  });
}

/** Cuts a text at these places, each taken modulo its length; pieces may be empty. */
function cut(text: string, places: readonly number[]): string[] {
  const units = Array.from(text);
  const ends = [
    ...places.map((place) => place % (units.length + 1)).toSorted((one, other) => one - other),
    units.length,
  ];
  return ends.map((end, index) => units.slice(ends[index - 1] ?? 0, end).join(''));
}

const prose = string({ unit: oneof(constantFrom('a', 'é', ' ', '.', '"', '\\', '\n', '🐴')), maxLength: 30 });
const said = record({
  secret: constantFrom(...SECRETS),
  before: prose,
  after: prose,
  places: array(nat(200), { maxLength: 40 }),
});

for (const [format, { write, read }] of Object.entries(FORMATS)) {
  test(`${format}: a secret in pieces is neither kept nor can it be put together again`, () => {
    check(
      property(said, ({ secret, before, after, places }) => {
        const text = `${before} ${secret} ${after}`;
        const { text: kept, count } = redact(write(cut(text, places)));
        assert.equal(eventsOf(kept).map(read).join(''), `${before} ${REDACTED} ${after}`);
        assert.equal(count, 1);
        for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) assert.ok(!kept.includes(form));
      }),
    );
  });

  test(`${format}: what holds no secret stays what it was, to the byte`, () => {
    check(
      property(prose, array(nat(200)), nat(), (text, places, end) => {
        const body = Buffer.from(write(cut(text, places))).toString('latin1');
        const part = body.slice(0, end % (body.length + 1));
        assert.deepEqual(redactPieces(part, find), { text: part, count: 0 });
      }),
    );
  });
}

test('a stream that is cut off in the event with the last piece gives nothing away', () => {
  const [, secret] = SECRETS;
  const body = FORMATS['anthropic']?.write([`key: ${secret.slice(0, 9)}`, `${secret.slice(9)} ok`]) ?? '';
  for (let end = body.indexOf(secret.slice(9)) + secret.length - 9; end <= body.length; end += 1) {
    const { text } = redact(body.slice(0, end));
    assert.ok(!text.includes(secret.slice(9)) && !text.includes(secret.slice(0, 9)), text);
  }
});

test('a stream of Gemini that is one array is a stream, and any other body is not', () => {
  const [, secret] = SECRETS;
  const parts = cut(secret, [5, 12]).map((text) => ({ candidates: [{ content: { parts: [{ text }] } }] }));
  assert.equal(redact(JSON.stringify(parts, null, 2)).count, 1);
  const request = JSON.stringify({
    messages: cut(secret, [5]).map((content) => ({ role: 'user', content })),
  });
  assert.deepEqual(redact(request), { text: request, count: 0 });
});

const HOSTILE: readonly (readonly [string, string])[] = [
  ['members in each other', frame({}).replace('{}', '{"id":"x","v":"y","a":'.repeat(20_000))],
  ['half a token over and over', frame({ delta: 'eyJ-'.repeat(100_000) })],
  ['a piece full of keys', frame({ delta: '\n sk-ant-api03-AbCd_123456'.repeat(60_000) })],
  ['a key without an end', frame({ delta: `-----BEGIN PRIVATE KEY-----${'a'.repeat(20_000_000)}` })],
];

for (const [name, body] of HOSTILE)
  test(`${name}: looking through what means harm takes as long as it is long`, () => {
    const before = performance.now();
    redactPieces(body, find);
    // Tenths of a second; where the work grows with the square it is minutes.
    assert.ok(performance.now() - before < 15_000);
  });
