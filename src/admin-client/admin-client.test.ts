import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../lib/secret.ts';
import { createAdminClient, type AdminFetch, type AdminRequest } from './admin-client.ts';
import { AdminClientError, type AdminClientErrorKind } from './admin-client-error.ts';

const URL = 'http://127.0.0.1:8082';

function answering(status: number, body: unknown, seen: AdminRequest[] = []): AdminFetch {
  return (_url, request) => {
    seen.push(request);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return Promise.resolve({ status, text: () => Promise.resolve(text) });
  };
}

test('an answer of a listed status is parsed by its schema, 503 of /ready included', async () => {
  const client = createAdminClient({ url: URL, fetch: answering(503, { ready: false, reason: 'draining' }) });
  assert.deepEqual(await client.call('ready'), { ready: false, reason: 'draining' });
});

test('the token goes only to endpoints that need it', async () => {
  const seen: AdminRequest[] = [];
  const token = new Secret('planted');
  const shutdown = answering(202, { stopping: true, in_flight: 0 }, seen);
  await createAdminClient({ url: URL, token, fetch: shutdown }).call('shutdown');
  await createAdminClient({ url: URL, token, fetch: answering(200, { ready: true }, seen) }).call('ready');
  assert.equal(seen[0]?.headers['authorization'], 'Bearer planted');
  assert.equal(seen[0]?.method, 'POST');
  assert.equal(seen[1]?.headers['authorization'], undefined);
});

const FAILURES: readonly [string, AdminFetch, AdminClientErrorKind][] = [
  ['a connection that fails', () => Promise.reject(new Error('ECONNREFUSED')), 'unreachable'],
  ['a page of another server', answering(200, '<html>'), 'foreign'],
  ['JSON of another server', answering(200, { status: 'ok' }), 'foreign'],
  ['a 404 of another server', answering(404, 'not found'), 'foreign'],
  ['a missing token', answering(401, { error: { code: 'x', message: 'token' } }), 'unauthorized'],
  ['a refusal', answering(409, { error: { code: 'x', message: 'busy' } }), 'refused'],
];

for (const [name, fetch, kind] of FAILURES)
  test(`${name} is told as ${kind}`, async () => {
    const call = createAdminClient({ url: URL, fetch }).call('ready');
    await assert.rejects(call, (error) => error instanceof AdminClientError && error.kind === kind);
  });

test('a gateway that accepts and never answers is given up after the timeout', async () => {
  const silent: AdminFetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  const keepAlive = setInterval(() => {}, 1_000); // The timeout's own timer does not hold the process.
  const call = createAdminClient({ url: URL, fetch: silent, timeoutMs: 5 }).call('health');
  await assert.rejects(call, /no answer from http:\/\/127\.0\.0\.1:8082\/health/);
  clearInterval(keepAlive);
});
