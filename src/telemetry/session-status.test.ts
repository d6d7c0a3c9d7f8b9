import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ExchangeRecord } from '../domain/exchange.ts';
import { exchangeRecord } from '../../test/store/records.ts';
import { until } from '../../test/support/until.ts';
import { SessionStatus } from './session-status.ts';

const SESSION = '0f8fad5b-d9cb-469f-a165-70867728950e';

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
    const attempt = { billing: 'metered', provider: 'zai', sentModel: 'glm-5' };
    // The members that a status line is made of.
    const record = {
      client: { session: SESSION },
      kind: { operation: 'generate' },
      attempts: [attempt],
      requestedModel: 'glm-5',
      outcome: { kind: 'answered', status: 200 },
      totalMs: 5,
    } as unknown as ExchangeRecord;
    status.record(record);
    await Promise.resolve();
    status.record(record);
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
