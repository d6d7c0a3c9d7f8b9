/** Web pages, rebound names and crooked paths: whoever uses a browser or a spelling as a way in stays outside. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import { Secret } from '../../src/lib/secret.ts';
import { matchesPath } from '../../src/server/admin/admin-call.ts';
import { call, message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { hostileHosts } from '../support/hostile-hosts.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { pathPermutations } from '../support/path-permutations.ts';
import { exchangeRaw, type Exchanged } from '../support/raw-client.ts';
import { rawReply } from '../support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
let host: string;
const opened = new AsyncDisposableStack();

before(async () => {
  upstream = await startScriptedUpstream({
    answer: () => ({
      ...rawReply(200, 'application/json', '{"from":"upstream"}'),
      headers: [
        ['content-type', 'application/json'],
        ['access-control-allow-origin', '*'],
        ['Access-Control-Allow-Credentials', 'true'],
        ['set-cookie', 'session=1'],
      ],
    }),
  });
  opened.defer(async () => upstream.close());
  gateway = await startInProcess({
    providers: [exampleProvider({ origin: originOf(new URL(upstream.url)), auth: { kind: 'caller' } })],
    server: { clientKeys: [{ name: 'laptop', secret: new Secret('sy-0123456789abcdef') }] },
  });
  opened.defer(async () => gateway.stop());
  host = new URL(gateway.url).host;
});
after(async () => opened.disposeAsync());

const ADMIN_PATHS = Object.values(ENDPOINTS).map(({ path }) => path);

/** Words that stand in every answer of the admin API and in none of the upstream's. */
const ADMIN_WORDS = /"service":|"uptime_ms":|"total_requests":|"ready":|"stopping":|admin token/;

function assertClosedToPages(answer: Exchanged, what: string): void {
  const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
  assert.deepEqual(cors, [], what);
}

describe('a Host that is not ours', () => {
  test('is 421 in a hundred spellings, before any key or token is looked at', async () => {
    const hosts = hostileHosts(new URL(gateway.url).port);
    assert.ok(hosts.length >= 100, `${hosts.length} hosts`);
    const others: string[] = [];
    for (const [index, name] of hosts.entries()) {
      const path =
        [...ADMIN_PATHS, '/v1/messages', '/v1/models', '/'][index % (ADMIN_PATHS.length + 3)] ?? '/';
      const token = index % 2 === 0 ? `Authorization: Bearer ${ADMIN_TOKEN}\r\n` : '';
      const answer = await exchangeRaw(gateway.url, `GET ${path} HTTP/1.1\r\nHost: ${name}\r\n${token}\r\n`);
      if (answer.status !== 421) others.push(`${JSON.stringify(name)} at ${path}: ${answer.status}`);
    }
    assert.deepEqual(others, []);
    assert.equal(upstream.requests.length, 0);
  });

  test('ours are answered in every spelling a client uses', async () => {
    const { port } = new URL(gateway.url);
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`, `LocalHost:${port}`, `[::1]:${port}`]) {
      const answer = await call(gateway.url, '/health', { method: 'GET', headers: { host: name } });
      assert.equal(answer.status, 200, name);
    }
  });
});

describe('a crooked path', () => {
  test('of 5,000 to the admin API, none is answered by it, and none reaches the upstream straightened', async () => {
    // What stands for an id may be anything, so that such a path is a path of its own and no spelling of another.
    const patterns = ADMIN_PATHS.filter((path) => path.includes('{'));
    const plain = ADMIN_PATHS.filter((path) => !patterns.includes(path));
    const paths = plain
      .flatMap((path) => pathPermutations(path, 300))
      .filter((path) => !patterns.some((pattern) => matchesPath(pattern, path)));
    assert.ok(paths.length >= 5_000, `${paths.length} paths`);
    upstream.reset();
    const admitted: string[] = [];
    for (let index = 0; index < paths.length; index += BATCH) {
      const batch = paths.slice(index, index + BATCH);
      const method = (index / BATCH) % 3 === 0 ? 'POST' : 'GET';
      const answers = await Promise.all(batch.map(async (path) => answerTo(method, path)));
      admitted.push(...batch.filter((_, place) => ADMIN_WORDS.test(answers[place] ?? '')));
    }
    assert.deepEqual(admitted, []);
    const sent = new Set(paths);
    const changed = upstream.requests.map(({ target }) => target).filter((target) => !sent.has(target));
    assert.deepEqual(changed, []);
    assert.ok(upstream.requests.length > 100, 'most are plain paths of somebody else');
  });
});

/** Of the head alone: streams of events do not end. */
async function headerNames(method: string, path: string, body: object | undefined): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const asked = httpRequest(gateway.url, { method, path }, (answer) => {
    resolve(Object.keys(answer.headers));
    answer.destroy();
  });
  asked.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

const BATCH = 32;

/** Over a kept-alive connection where Node's client lets the path through, raw where it does not. */
async function answerTo(method: string, path: string): Promise<string> {
  if (/^[\x21-\x7e]*$/.test(path)) return (await call(gateway.url, path, { method })).body.toString();
  const bytes = Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`);
  return (await exchangeRaw(gateway.url, bytes)).body.toString();
}

const PAGES: Readonly<Record<string, readonly string[]>> = {
  'fetch from another site': [
    'Origin: https://evil.example',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Mode: cors',
  ],
  'fetch without cors': [
    'Origin: https://evil.example',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Mode: no-cors',
  ],
  'a form': [
    'Origin: https://evil.example',
    'Sec-Fetch-Site: cross-site',
    'Content-Type: application/x-www-form-urlencoded',
  ],
  'a sandboxed frame': ['Origin: null', 'Content-Type: text/plain'],
  'a page on another port': ['Origin: http://127.0.0.1:3000', 'Sec-Fetch-Site: same-site'],
  'a page on another name of ours': ['Origin: http://localhost:3000'],
  'an old browser': ['Origin: https://evil.example', 'Content-Type: text/plain'],
  'an image': ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'],
  'an event source': [
    'Origin: https://evil.example',
    'Accept: text/event-stream',
    'Sec-Fetch-Site: cross-site',
  ],
  'a link': ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-User: ?1'],
  'an origin that begins like ours': ['Origin: http://{host}.evil.example'],
  'an origin with a user': ['Origin: http://{host}@evil.example'],
  'an extension': ['Origin: chrome-extension://abcdefghijklmnop'],
  'a file': ['Origin: file://'],
  'two origins': ['Origin: http://{host}', 'Origin: https://evil.example'],
  'an empty origin': ['Origin: '],
  'a site that is no word of the standard': ['Sec-Fetch-Site: Cross-Site'],
};

const TARGETS: readonly (readonly [method: string, path: string])[] = [
  ...Object.values(ENDPOINTS).map(({ method, path }) => [method, path] as const),
  ['OPTIONS', '/api/shutdown'],
  ['OPTIONS', '/v1/messages'],
  ['POST', '/v1/messages'],
  ['GET', '/v1/models'],
  ['PUT', '/api/anything'],
  ['HEAD', '/'],
  ['GET', '/'],
];

describe('a web page can neither change anything nor read an answer', () => {
  for (const [page, lines] of Object.entries(PAGES)) {
    test(page, async () => {
      upstream.reset();
      for (const [method, path] of TARGETS) {
        const body = method === 'POST' ? JSON.stringify(message('claude-opus-4-8')) : '';
        const head = [
          `${method} ${path} HTTP/1.1`,
          `Host: ${host}`,
          `Authorization: Bearer ${ADMIN_TOKEN}`,
          ...lines.map((line) => line.replace('{host}', host)),
          ...(method === 'OPTIONS' ? ['Access-Control-Request-Method: POST'] : []),
          ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
          'Connection: close',
        ];
        const answer = await exchangeRaw(gateway.url, `${head.join('\r\n')}\r\n\r\n${body}`);
        assert.equal(answer.status, 403, `${method} ${path}`);
        assertClosedToPages(answer, `${method} ${path}`);
        assert.doesNotMatch(answer.body.toString(), ADMIN_WORDS);
      }
      assert.equal(upstream.requests.length, 0);
    });
  }

  test('a WebSocket is opened nowhere', async () => {
    for (const path of [...ADMIN_PATHS, '/v1/messages', '/v1/responses', '/']) {
      const head = [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        'Origin: https://evil.example',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
      ];
      const answer = await exchangeRaw(gateway.url, `${head.join('\r\n')}\r\n\r\n`);
      assert.equal(answer.status, path === '/v1/responses' ? 426 : 400, path);
      assertClosedToPages(answer, path);
    }
    assert.equal(upstream.requests.length, 0);
  });

  test('nothing was counted, and the gateway still serves', async () => {
    const status = await call(gateway.url, '/api/status', { method: 'GET' });
    const { state, stats } = JSON.parse(status.body.toString());
    assert.equal(state, 'serving');
    assert.equal(stats.total_requests, 0);
  });
});

test('a provider that lets every page read its answers does not open the gateway’s', async () => {
  for (const [method, path] of TARGETS.filter(([each]) => each !== 'HEAD')) {
    const body = method === 'POST' ? message('claude-opus-4-8') : undefined;
    const names = await headerNames(method, path, body);
    assert.deepEqual(
      names.filter((name) => name.startsWith('access-control-') || name === 'set-cookie'),
      [],
      `${method} ${path}`,
    );
  }
});

test('a request without the token stops nothing, whatever its body claims to be', async () => {
  for (const type of [
    'text/plain',
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ]) {
    const answer = await call(gateway.url, '/api/shutdown', {
      headers: { 'content-type': type },
      body: '{}',
    });
    assert.equal(answer.status, 401, type);
  }
});
