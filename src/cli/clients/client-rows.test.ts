import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPaint } from '../../telemetry/paint.ts';
import { formatClientRows, type ClientRow } from './client-rows.ts';

const row: ClientRow = {
  client: 'claude',
  title: 'Claude Code',
  installed: true,
  speaks: 'anthropic-messages',
  state: 'connected',
  points_at: 'http://127.0.0.1:8082',
  protected: true,
  why: 'its settings point at the gateway',
  but: [],
};

test('where a table has no room, each client has lines of its own', () => {
  const paint = createPaint({ color: false });
  assert.match(formatClientRows([row], paint, 120)[0] ?? '', /^client +installed/);
  assert.deepEqual(formatClientRows([{ ...row, but: ['an agent goes past it.'] }], paint, 60), [
    'claude  connected, protected: partly',
    '  installed, speaks anthropic-messages',
    '  its settings point at the gateway (http://127.0.0.1:8082), but: an agent goes past it.',
  ]);
});
