import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPaint } from '../telemetry/paint.ts';
import { exampleStatus, exampleTier } from './example-status.test-data.ts';
import { formatStatus } from './format-status.ts';

const plain = createPaint({ color: false });

test('the status tells what runs, where it listens, where each tier goes and what it did', () => {
  assert.deepEqual(formatStatus(exampleStatus, plain), [
    'switchyard 0.1.0  ● serving  pid 4711  up 1 h 3 m',
    '  listens  http://127.0.0.1:8082',
    '  config   /home/me/.config/switchyard/switchyard.yaml (version abc123)',
    "  opus     anthropic (name kept) at https://api.anthropic.com with the caller's credential",
    "  sonnet   anthropic (name kept) at https://api.anthropic.com with the caller's credential",
    '  haiku    zai/glm-4.7 at https://api.z.ai with own credential, then anthropic (name kept) at ' +
      "https://api.anthropic.com with the caller's credential",
    "  others   anthropic (name kept) at https://api.anthropic.com with the caller's credential",
    '  traffic  42 requests, 2 running, 1 failed, 0 aborted',
    '  tokens   12.5k in, 8.3k out, 1.2M from cache, 0 into cache; 7 tool calls',
  ]);
});

test('what the JSON says that a person would look for stands in the text too', () => {
  const text = formatStatus(exampleStatus, plain).join('\n');
  const { version, path } = exampleStatus.configuration;
  for (const id of [
    '4711',
    'zai',
    'glm-4.7',
    'https://api.z.ai',
    version,
    path ?? '',
    'http://127.0.0.1:8082',
  ])
    assert.ok(text.includes(id), id);
});

test('without a file it says what holds instead, and warnings and force are shown', () => {
  const configuration = {
    ...exampleStatus.configuration,
    path: null,
    warnings: ['two tiers share glm-4.7'],
    forced: { provider: null, model: 'glm-5-fp8' },
  };
  const text = formatStatus({ ...exampleStatus, configuration }, plain).join('\n');
  assert.match(text, /config {3}none: variables and flags say what holds/);
  assert.match(text, /warning {2}two tiers share glm-4\.7/);
  assert.match(text, /forced {3}every request goes to glm-5-fp8/);
});

test('without a file, and with nothing routed elsewhere, it is called a pass-through', () => {
  const tiers = { opus: exampleTier, sonnet: exampleTier, haiku: exampleTier };
  const configuration = { ...exampleStatus.configuration, path: null, tiers, forced: null };
  const text = formatStatus({ ...exampleStatus, configuration }, plain).join('\n');
  assert.match(text, /config {3}none: transparent pass-through to Anthropic/);
});

for (const [milliseconds, expected] of [
  [4_000, '4.0 s'],
  [90_000, '1 m 30 s'],
  [3_600_000, '1 h 0 m'],
  [180_000_000, '2 d 2 h'],
] as const)
  test(`an uptime of ${milliseconds} ms is written ${expected}`, () => {
    const [head] = formatStatus({ ...exampleStatus, uptime_ms: milliseconds }, plain);
    assert.ok(head?.endsWith(`up ${expected}`), String(head));
  });
