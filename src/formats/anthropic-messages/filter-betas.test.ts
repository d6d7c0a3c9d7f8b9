import assert from 'node:assert/strict';
import test from 'node:test';
import type { BetaFilter } from '../../domain/provider.ts';
import { filterBetas } from './filter-betas.ts';

const HEADERS = [
  'content-type',
  'application/json',
  'anthropic-beta',
  'claude-code-20250219, context-1m-2025-08-07,effort-2025-11-24',
  'Anthropic-Beta',
  'context-management-2025-06-27',
  'x-app',
  'cli',
];

test('keeping all and removing nothing give the very same headers back', () => {
  for (const filter of [
    { kind: 'keep' },
    { kind: 'deny', values: ['files-api'] },
    { kind: 'allow', values: ['claude-code-20250219', 'context-1m', 'effort', 'context-management'] },
  ] as const satisfies readonly BetaFilter[]) {
    assert.equal(filterBetas(HEADERS, filter).headers, HEADERS);
  }
});

test('T48: one value is denied, by its full name or without its date, and the rest keeps its order', () => {
  for (const value of ['context-1m-2025-08-07', 'context-1m']) {
    const filtered = filterBetas(HEADERS, { kind: 'deny', values: [value] });
    assert.deepEqual(filtered.removed, ['context-1m-2025-08-07']);
    assert.equal(filtered.headers[3], 'claude-code-20250219,effort-2025-11-24');
    assert.deepEqual(filtered.headers.slice(4), HEADERS.slice(4));
  }
});

test('T49: only allowed values pass, and a line without any goes', () => {
  const filtered = filterBetas(HEADERS, { kind: 'allow', values: ['effort'] });
  assert.deepEqual(filtered.headers, [
    'content-type',
    'application/json',
    'anthropic-beta',
    'effort-2025-11-24',
    'x-app',
    'cli',
  ]);
  assert.deepEqual(filtered.kept, ['effort-2025-11-24']);
  assert.deepEqual(filtered.removed, [
    'claude-code-20250219',
    'context-1m-2025-08-07',
    'context-management-2025-06-27',
  ]);
});

test('a name that merely begins alike is another beta', () => {
  const headers = ['anthropic-beta', 'mid-conversation-system-clear-at-2026-08-21'];
  const filter: BetaFilter = { kind: 'deny', values: ['mid-conversation-system'] };
  assert.equal(filterBetas(headers, filter).headers, headers);
});

test('with nothing allowed, no header is left', () => {
  const filtered = filterBetas(HEADERS, { kind: 'allow', values: [] });
  assert.deepEqual(filtered.headers, ['content-type', 'application/json', 'x-app', 'cli']);
});
