import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Warning } from '../../domain/warning.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';
import { retryHeaders, translatedHeaders } from './translated-headers.ts';

function head(headers: string[], status = 200): UpstreamHead {
  // Nothing else of a head is looked at here.
  return { status, headers } as unknown as UpstreamHead;
}

function valuesOf(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [])),
  );
}

function warning(code: Warning['code'], path: string): Warning {
  return { code, path, message: '' };
}

const COMMON = { contentType: 'application/json', exchangeId: 'e', decision: 'd' };

test('nothing of the provider’s head gets through but its request id, under the client’s name for it', () => {
  const upstream = head(['x-request-id', 'req-1', 'set-cookie', 'a=b', 'x-ratelimit-limit-requests', '5']);
  const anthropic = valuesOf(
    translatedHeaders({ ...COMMON, upstream, format: 'anthropic-messages', warnings: [] }),
  );
  assert.deepEqual(Object.keys(anthropic).sort(), [
    'content-type',
    'request-id',
    'x-switchyard-decision',
    'x-switchyard-exchange',
  ]);
  const chat = valuesOf(translatedHeaders({ ...COMMON, upstream, format: 'openai-chat', warnings: [] }));
  assert.equal(chat['x-request-id'], 'req-1');
});

test('each code of a warning stands once with its count, and a thousand kinds would not break the header', () => {
  const warnings = [
    warning('field_dropped', 'seed'),
    warning('field_dropped', 'logit_bias'),
    warning('tool_dropped', 'tools.x'),
  ];
  const { 'x-switchyard-warnings': text } = valuesOf(
    translatedHeaders({ ...COMMON, upstream: head([]), format: 'gemini', warnings }),
  );
  assert.equal(text, 'field_dropped;n=2, tool_dropped');
  // Codes from outside the list cannot occur; the cap holds whatever comes.
  const many = Array.from({ length: 1_000 }, (_, at) => warning(`code${at}` as Warning['code'], 'x'));
  const capped = valuesOf(
    translatedHeaders({ ...COMMON, upstream: head([]), format: 'gemini', warnings: many }),
  )['x-switchyard-warnings'];
  assert.ok((capped?.length ?? 0) < 400);
});

test('waiting times are kept as they came, added where clients need one, and lasting refusals say so', () => {
  assert.deepEqual(valuesOf(retryHeaders(head(['Retry-After', '86400', 'retry-after-ms', '9']), 429, 429)), {
    'retry-after': '86400',
    'retry-after-ms': '9',
  });
  assert.equal(valuesOf(retryHeaders(head([]), 529, 503))['retry-after'], '5');
  assert.deepEqual(retryHeaders(head([]), 500, 500), []);
  assert.equal(valuesOf(retryHeaders(head([]), 502, 401))['x-should-retry'], 'false');
  assert.equal(valuesOf(retryHeaders(head(['x-should-retry', 'true']), 403, 403))['x-should-retry'], 'true');
});
