import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ExchangeRecord } from '../domain/exchange.ts';
import { exchangeRecord } from '../../test/store/records.ts';
import { until } from '../../test/support/until.ts';
import { SessionStatus } from './session-status.ts';

const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** The members that a status line is made of. */
const RECORD = {
  client: { session: SESSION },
  kind: { operation: 'generate' },
  attempts: [{ billing: 'metered', provider: 'zai', sentModel: 'glm-5' }],
  requestedModel: 'glm-5',
  outcome: { kind: 'answered', status: 200 },
  totalMs: 5,
} as unknown as ExchangeRecord;

test('what a request cost is not lost when the one before it is still being priced', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-session-'));
  try {
    const { promise: priced, resolve: price } = Promise.withResolvers<void>();
    const status = new SessionStatus({
      directory,
      costsOf: async () => {
        await priced;
        return [{ spent: 10_000_000_000n, list: 10_000_000_000n, flags: [] }];
      },
      glance: () => ({ quota: undefined, leftAlone: 0 }),
      now: () => 0,
      after: (_, act) => act(),
      onError: assert.ifError,
    });
    status.record(RECORD);
    await Promise.resolve();
    status.record(RECORD);
    price();
    const line = () => readFileSync(join(directory, SESSION), 'utf8');
    await until('both costs', () => {
      try {
        return line().includes('$0.02');
      } catch {
        return false; // Not written yet.
      }
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a request right behind one that nobody could read of is told of as soon as somebody reads', async () => {
  const home = mkdtempSync(join(tmpdir(), 'switchyard-session-'));
  const directory = join(home, 'sessions');
  const flushes: (() => void)[] = [];
  const status = new SessionStatus({
    directory,
    costsOf: async () => [{ spent: 10_000_000_000n, list: 10_000_000_000n, flags: [] }],
    glance: () => ({ quota: undefined, leftAlone: 0 }),
    now: () => 0,
    after: (_, act) => flushes.push(act),
    onError: assert.ifError,
  });
  try {
    status.record(RECORD);
    flushes.pop()?.();
    await until('the first to be dropped', async () => {
      status.record(RECORD);
      return flushes.length === 1;
    });
    mkdirSync(directory);
    flushes.pop()?.();
    await until('the line', () => {
      try {
        return readFileSync(join(directory, SESSION), 'utf8').includes('at zai');
      } catch {
        return false; // Not written yet.
      }
    });
  } finally {
    rmSync(home, { recursive: true });
  }
});

test('an answer that broke off is told as such, not by the status it began with', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-session-'));
  try {
    const status = new SessionStatus({
      directory,
      costsOf: () => [],
      glance: () => ({ quota: undefined, leftAlone: 0 }),
      now: () => 0,
      after: (_, act) => act(),
      onError: assert.ifError,
    });
    const outcome = { kind: 'broken', status: 200, error: 'upstream_error_event' } as const;
    status.record(exchangeRecord('x', { outcome }));
    const line = await until('the line', () => {
      const [name] = readdirSync(directory).filter((file) => !file.includes('.'));
      return name !== undefined && readFileSync(join(directory, name), 'utf8');
    });
    assert.match(line, /^✕ claude-sonnet-4-5 broke off · /);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
