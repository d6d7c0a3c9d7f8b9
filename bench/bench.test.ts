import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rounded, table, verdictOf } from './figures.ts';
import { cpuSeconds, processTree, residentBytes } from './proc.ts';
import { listed, ratio } from './rig.ts';
import { median, quantile } from './statistics.ts';
import {
  answerEvents,
  EVENT_COUNT,
  httpChunk,
  REQUEST_BYTES,
  requestBody,
  requestBytes,
  smallRequestBody,
} from './workload.ts';

describe('the work', () => {
  test('the request is valid JSON of the promised size', () => {
    const body = requestBody();
    assert.ok(Math.abs(body.length - REQUEST_BYTES) < 100, `${body.length} bytes`);
    const parsed: unknown = JSON.parse(body.toString());
    assert.ok(typeof parsed === 'object' && parsed !== null && 'tools' in parsed);
    assert.ok(smallRequestBody().length < 1_200);
  });

  test('the answer has 205 events and 27 KB', () => {
    const events = answerEvents();
    assert.equal(events.length, EVENT_COUNT);
    const size = Buffer.concat(events).length;
    assert.ok(Math.abs(size - 27_000) < 250, `${size} bytes`);
    assert.ok(events.every((event) => event.toString().endsWith('\n\n')));
  });

  test('bytes for the socket carry their own length', () => {
    const text = requestBytes('http://127.0.0.1:1', Buffer.from('{}')).toString();
    assert.match(text, /Host: 127\.0\.0\.1:1\r\n.*Content-Length: 2\r\n\r\n\{\}$/s);
    assert.equal(httpChunk(Buffer.from('0123456789abcdef')).toString(), '10\r\n0123456789abcdef\r\n');
  });
});

describe('the arithmetic', () => {
  test('quantiles take the nearest rank', () => {
    const values = [5, 1, 4, 2, 3];
    assert.equal(median(values), 3);
    assert.equal(quantile(values, 0.99), 5);
    assert.equal(quantile(values, 0), 1);
    assert.throws(() => quantile([], 0.5));
  });

  test('ratios need both sides', () => {
    assert.equal(ratio({ gateway: 150, nginx: 75 }, 'nginx'), 2);
    assert.equal(ratio({ gateway: 150 }, 'nginx'), undefined);
    assert.equal(ratio({ nginx: 75 }, 'nginx'), undefined);
    assert.equal(listed({ nginx: 75, gateway: 150.42 }, 'µs'), 'nginx 75.0, gateway 150 µs');
  });

  for (const [value, verdict] of [
    [1.6, 'goal met'],
    [1.61, 'must met'],
    [2.5, 'must met'],
    [2.51, 'MISSED'],
    [undefined, 'not measured'],
    [Number.NaN, 'not measured'],
  ] as const) {
    test(`${value} against must 2.5 and goal 1.6 is: ${verdict}`, () => {
      assert.equal(verdictOf({ value, must: 2.5, goal: 1.6 }), verdict);
    });
  }

  test('the table shows every figure with its limits and verdict', () => {
    const text = table([
      { id: 'P1', what: 'cost', unit: '×', must: 2.5, goal: 1.6, value: 2.345, behind: 'nginx 80 µs' },
    ]);
    assert.match(text, /P1 +cost +2\.35 × +≤ 2\.5 × +≤ 1\.6 × +must met +nginx 80 µs/);
    assert.equal(rounded(12_345), '12300');
  });
});

test(
  'a process and its memory and processor time are found in /proc',
  { skip: process.platform !== 'linux' },
  () => {
    assert.ok(processTree(process.pid).includes(process.pid));
    assert.ok(residentBytes(process.pid) > 10e6);
    const before = cpuSeconds(process.pid);
    while (cpuSeconds(process.pid) === before) Math.hypot(1, 2);
    assert.ok(cpuSeconds(process.pid) > before);
  },
);
