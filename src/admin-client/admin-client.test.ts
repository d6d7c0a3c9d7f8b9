import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../lib/secret.ts';
import { createAdminClient, type AdminFetch, type AdminRequest } from './admin-client.ts';
import { AdminClientError, type AdminClientErrorKind } from './admin-client-error.ts';

const URL = 'http://127.0.0.1:8082';

/** What was asked for, by the URLs alone. */
function urlsOf(
  calls: (client: ReturnType<typeof createAdminClient>) => Promise<unknown>,
): Promise<string[]> {
  const urls: string[] = [];
  const fetch: AdminFetch = (url) => {
    urls.push(url);
    return Promise.resolve({ status: 404, text: () => Promise.resolve('{}') });
  };
  return calls(createAdminClient({ url: URL, fetch })).then(
    () => urls,
    () => urls,
  );
}

test('questions travel in the query, parts of the path in the path, both encoded', async () => {
  const query = { since: '1767225600', session: 'a b&c', until: undefined };
  assert.deepEqual(await urlsOf((client) => client.call('samples', { query })), [
    `${URL}/v1/usage/samples?since=1767225600&session=a+b%26c`,
  ]);
  assert.deepEqual(await urlsOf((client) => client.call('exchange', { parameters: { id: 'a/../b?' } })), [
    `${URL}/api/exchanges/a%2F..%2Fb%3F`,
  ]);
});

test('an answer that depends on others is waited for longer than one of the gateway itself', async () => {
  const fetch: AdminFetch = (_, { signal }) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(
        () => resolve({ status: 200, text: () => Promise.resolve('{"channels":[]}') }),
        50,
      );
      signal.addEventListener('abort', () => {
        clearTimeout(late);
        reject(new Error('given up'));
      });
    });
  const client = createAdminClient({ url: URL, fetch, timeoutMs: 1 });
  assert.deepEqual(await client.call('testAlerts'), { channels: [] });
  assert.deepEqual(await client.call('alerts').catch(({ kind }) => kind), 'unreachable');
  assert.notEqual(await client.call('recent').catch(({ kind }) => kind), 'unreachable', 'of the ledger');
});

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const piece of pieces) chunks.push(piece);
  return Buffer.concat(chunks).toString();
}

async function* bytes(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

function streaming(status: number, body: AsyncIterable<Uint8Array>, text = ''): AdminFetch {
  return () => Promise.resolve({ status, text: () => Promise.resolve(text), body });
}

test('an export is handed on piece by piece', async () => {
  const client = createAdminClient({ url: URL, fetch: streaming(200, bytes('a,b\r\n', '1,2\r\n')) });
  assert.equal(await textOf(client.stream('export', { query: { format: 'csv' } })), 'a,b\r\n1,2\r\n');
});

test('an export that breaks off, or that is refused, is no short export', async () => {
  const broken = streaming(200, bytes('a,b\r\n', new Error('socket hang up')));
  await assert.rejects(textOf(createAdminClient({ url: URL, fetch: broken }).stream('export')), {
    kind: 'unreachable',
    message: /broke off in the middle/,
  });
  const told = JSON.stringify({ error: { code: 'ledger_unavailable', message: 'switched off' } });
  const refused = streaming(503, bytes(told), told);
  await assert.rejects(textOf(createAdminClient({ url: URL, fetch: refused }).stream('export')), {
    kind: 'refused',
    code: 'ledger_unavailable',
  });
});

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
