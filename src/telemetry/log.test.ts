import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../lib/secret.ts';
import { createLog, type Log, type LogOptions } from './log.ts';

const NOW = Date.UTC(2026, 0, 2, 12, 4, 31);
const PLANTED = 'sk-planted-0123456789';

function capture(format: LogOptions['format'], use: (log: Log) => void, color = false): string {
  let text = '';
  use(createLog({ format, color, now: () => NOW, write: (line) => void (text += line) }));
  return text;
}

test('the JSON log writes one object a line with level name, ISO time and message', () => {
  const text = capture('json', (log) => log.warn({ provider: 'zai' }, '[Filter] removed 2 thinking blocks'));
  assert.deepEqual(JSON.parse(text), {
    level: 'warn',
    time: '2026-01-02T12:04:31.000Z',
    provider: 'zai',
    msg: '[Filter] removed 2 thinking blocks',
  });
  assert.ok(text.endsWith('}\n'));
});

test('the JSON log tells the chain of causes of an error', () => {
  const error = new Error('no answer', { cause: new Error('socket closed') });
  const parsed: unknown = JSON.parse(capture('json', (log) => log.error({ error }, 'failed')));
  assert.match(JSON.stringify(parsed), /no answer.*socket closed/);
});

test('what a filter takes out is told to people once per provider, and to files every time', () => {
  const say = (log: Log): void => {
    for (const provider of ['zai', 'zai', 'other'])
      log.info({ provider, exchange: 'e' }, '[Filter] removed x');
    for (const removed of ['beta a-2025, 1 thinking block', 'beta a-2025, 12 thinking blocks', 'beta a-2026'])
      log.info({ provider: 'zai', exchange: 'e' }, `[Filter] removed ${removed}`);
    log.warn({ provider: 'zai' }, 'something else');
    log.warn({ provider: 'zai' }, 'something else');
  };
  assert.equal(capture('human', say).split('\n').length - 1, 6);
  assert.equal(capture('json', say).split('\n').length - 1, 8);
});

test('the human log keeps the [Filter] mark and writes details as name=value', () => {
  const text = capture('human', (log) =>
    log.info({ provider: 'zai', betas: ['a', 'b'], note: 'two words' }, '[Filter] removed'),
  );
  assert.match(
    text,
    /^\d\d:04:31 info {2}\[Filter\] removed provider=zai betas=\["a","b"\] note="two words"\n$/,
  );
});

for (const format of ['json', 'human'] as const) {
  test(`the ${format} log never writes a secret, however deep it lies`, () => {
    const secret = new Secret(PLANTED);
    const text = capture(format, (log) => {
      log.info({ secret, nested: { list: [secret] }, map: { auth: { secret } } }, 'hello');
      log.error({ error: new Error('refused', { cause: { secret } }) }, 'failed');
    });
    assert.equal(text.includes(PLANTED), false);
    assert.match(text, /\[secret\]/);
  });

  test(`the ${format} log survives a value that JSON cannot hold`, () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    assert.match(
      capture(format, (log) => log.info({ circular, big: 1n }, 'still here')),
      /still here/,
    );
  });
}

test('the human log lets no escape sequence through from what it is given', () => {
  const text = capture('human', (log) => log.info({ model: 'x\u001b[2J' }, 'a\nb'));
  assert.equal(text.includes('\u001b'), false);
  assert.equal(text.split('\n').length, 2);
});

test('the human log colours only when asked', () => {
  const use = (log: Log): void => log.error({}, 'failed');
  assert.equal(capture('human', use).includes('\u001b'), false);
  assert.ok(capture('human', use, true).includes('\u001b[31merror'));
});
