/** What a provider or a client writes into headers, names and paths comes out as what it was, or not at all. */
import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import { text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { exchangeRaw, postBytes, type Exchanged } from '../support/raw-client.ts';
import { headerOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

/** A provider that answers with exactly these bytes. */
class RawProvider {
  answer = '';
  /** What follows as soon as the answer is out, on the connection that then waits for its next request. */
  afterwards = '';
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    // Without noDelay the kernel holds `afterwards` back until the gateway's next request has left, and then
    // nobody can tell it from that request's answer.
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => {
        socket.write(this.answer, 'latin1');
        if (this.afterwards !== '') setImmediate(() => socket.write(this.afterwards, 'latin1'));
      });
    });
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, '127.0.0.1', resolve);
    await promise;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // A TCP server that listens has one.
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => {
      resolve();
    });
    await promise;
  }
}

let raw: RawProvider;
let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
const opened = new AsyncDisposableStack();

before(async () => {
  raw = new RawProvider();
  await raw.listen();
  opened.defer(async () => raw.close());
  upstream = await startScriptedUpstream({ answer: text('fine') });
  opened.defer(async () => upstream.close());
  gateway = await startInProcess({
    providers: [
      exampleProvider({ origin: originOf(new URL(upstream.url)), auth: { kind: 'caller' } }),
      exampleProvider({ name: 'raw', origin: originOf(new URL(raw.url)) }),
    ],
    routes: { mappings: [{ match: 'raw*', targets: [{ provider: 'raw', model: undefined }] }] },
  });
  opened.defer(async () => gateway.stop());
});
after(async () => opened.disposeAsync());
beforeEach(() => upstream.reset());

const askRaw = async (): Promise<Exchanged> =>
  exchangeRaw(gateway.url, postBytes(gateway.url, '/v1/messages', message('raw')));

async function answerOf(head: string): Promise<Exchanged> {
  raw.answer = `${head}\r\n\r\n{}`;
  return askRaw();
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2';

const INJECTIONS: Readonly<Record<string, string>> = {
  'a control character': 'X-A: a\x01b',
  'a NUL': 'X-A: a\0b',
  'a delete character': 'X-A: a\x7fb',
  'a bare CR': 'X-A: b\rX-Injected: 1',
  'a folded line': 'X-A: b\r\n X-Injected: 1',
  'a name with a space': 'X A: b',
  'a name with a bracket': 'X(A: b',
  'a line without a name': ': b',
  'a line without a colon': 'X-Injected',
  'a second length': 'Content-Length: 3',
  'a length beside chunks': 'Transfer-Encoding: chunked',
  'an unknown coding': 'Transfer-Encoding: gzip, chunked',
};

const STATUS_LINES = [
  'HTTP/1.1 099 X',
  'HTTP/1.1 1000 X',
  'HTTP/1.1 20 X',
  'HTTP/1.1 abc X',
  'ICY 200 OK',
  '{}',
];

describe('a provider’s answer that is not HTTP is a 502, never half of it', () => {
  for (const [what, line] of Object.entries(INJECTIONS)) {
    test(what, async () => {
      const answer = await answerOf(`${OK}\r\n${line}`);
      assert.equal(answer.status, 502);
      assert.equal(answer.end, 'whole');
      assert.ok(!answer.headers.has('x-injected') && !answer.headers.has('x-a'));
    });
  }
  for (const line of STATUS_LINES) {
    test(`the status line ${line}`, async () => {
      const answer = await answerOf(OK.replace('HTTP/1.1 200 OK', line));
      assert.equal(answer.status, 502);
    });
  }
});

test('headers of the connection, cookies and promises about the host stay with the provider’s connection', async () => {
  const lines = [
    'Connection: X-Hop, keep-alive',
    'X-Hop: 1',
    'Keep-Alive: timeout=999',
    'Proxy-Authenticate: Basic',
    'Proxy-Connection: close',
    'Trailer: X-T',
    'Upgrade: h2c',
    'Set-Cookie: a=b',
    'Set-Cookie: c=d',
    'Strict-Transport-Security: max-age=1',
    'Alt-Svc: h3=":443"',
    'X-Switchyard-Decision: forged',
    'X-Kept: caf\xe9',
  ];
  const { status, headers } = await answerOf([OK, ...lines].join('\r\n'));
  assert.equal(status, 200);
  assert.equal(headers.get('x-kept'), 'caf\xe9');
  assert.notEqual(headers.get('keep-alive'), 'timeout=999');
  assert.match(headers.get('x-switchyard-decision') ?? '', /^rule=mapping; target=raw/);
  const gone = ['x-hop', 'proxy-authenticate', 'proxy-connection', 'trailer', 'upgrade', 'set-cookie'];
  for (const name of [...gone, 'strict-transport-security', 'alt-svc']) assert.ok(!headers.has(name), name);
});

test('A2: a second answer that nobody asked for poisons no later request', async () => {
  raw.answer = `${OK}\r\n\r\n{}`;
  raw.afterwards = `${OK.replace('Length: 2', 'Length: 8')}\r\n\r\nPOISONED`;
  for (let round = 0; round < 50; round += 1) {
    const { status, body } = await askRaw();
    assert.ok(!body.includes('POISONED'), `round ${round}`);
    assert.ok(status === 200 || status === 502, `${status}`);
  }
  raw.afterwards = '';
  assert.equal((await answerOf(OK)).status, 200);
});

const MODELS: Readonly<Record<string, string>> = {
  'line breaks': 'claude-opus-4-8\r\nX-Injected: 1\r\n\r\n',
  'another script': 'claude-opus-漢字-é',
  'control characters': 'claude-opus-\u0000\u001b[31m\u007f',
  'a lone surrogate': 'claude-opus-\ud800',
  'a header’s separators': 'claude-opus; target=forged, attempts=9',
  'great length': `claude-opus-${'x'.repeat(100_000)}`,
};

describe('a model name that is no header text spoils no answer', () => {
  for (const [what, model] of Object.entries(MODELS)) {
    for (const stream of [false, true]) {
      test(`${what}, ${stream ? 'streamed' : 'whole'}`, async () => {
        const bytes = postBytes(gateway.url, '/v1/messages', message(model, { stream }));
        const { status, headers, end } = await exchangeRaw(gateway.url, bytes);
        assert.deepEqual([status, end], [200, 'whole']);
        assert.ok(!headers.has('x-injected'));
        const decision = headers.get('x-switchyard-decision') ?? '';
        assert.match(decision, /^rule=[a-z]+; target=[\x20-\x7e]+; attempts=1; id=[0-9a-z]{26}$/);
        assert.ok(decision.length < 500);
        assert.equal(decision.split(';').length, 4);
      });
    }
  }
});

test('a subagent tag that names no provider is quoted in the log in brief', async () => {
  const system = `<CCR-SUBAGENT-MODEL>nobody/${'x'.repeat(100_000)}</CCR-SUBAGENT-MODEL>`;
  const { status } = await call(gateway.url, '/v1/messages', {
    body: message('claude-opus-4-8', { system }),
  });
  assert.equal(status, 200);
  const { message: logged } = gateway.logged.at(-1) ?? { message: '' };
  assert.match(logged, /no configured provider: "nobody\/xxx/);
  assert.ok(logged.length < 200);
});

test('a client’s headers of the connection and of its network go no further', async () => {
  const dropped: Readonly<Record<string, string>> = {
    cookie: 'a=b',
    te: 'trailers',
    'proxy-authorization': 'Basic eDp5',
    'proxy-connection': 'keep-alive',
    via: '1.1 corporate',
    forwarded: 'for=10.0.0.1',
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-host': 'intern',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-real-ip': '10.0.0.1',
    'x-switchyard-anything': '1',
    'x-named-hop': '1',
  };
  const headers = {
    ...dropped,
    connection: 'x-named-hop',
    x_forwarded_for: 'kept: a name of its own',
    'X-CASE': 'kept',
  };
  await call(gateway.url, '/v1/messages', { headers, body: message('claude-opus-4-8') });
  const seen = await upstream.request(1);
  for (const name of Object.keys(dropped)) assert.equal(headerOf(seen, name), undefined, name);
  assert.equal(headerOf(seen, 'x_forwarded_for'), 'kept: a name of its own');
  assert.ok(seen.rawHeaders.includes('X-CASE'));
  const hosts = seen.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  assert.equal(hosts.length, 1);
});

test('A2: however a body came, it leaves with one length and no coding', async () => {
  const body = JSON.stringify(message('claude-opus-4-8'));
  const half = body.length >> 1;
  const chunks = [body.slice(0, half), body.slice(half)].map(
    (part) => `${part.length.toString(16)}\r\n${part}\r\n`,
  );
  const head = `POST /v1/messages HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\nTransfer-Encoding: chunked\r\nTrailer: x-t\r\n\r\n`;
  const bytes = `${head}${chunks.join('')}0\r\nX-T: GET /smuggled HTTP/1.1\r\n\r\n`;
  assert.equal((await exchangeRaw(gateway.url, bytes)).status, 200);
  assert.equal(upstream.requests.length, 1);
  const seen = await upstream.request(1);
  assert.equal(seen.body.toString(), body);
  const names = seen.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  assert.equal(names.filter((name) => name === 'content-length').length, 1);
  assert.ok(!names.includes('transfer-encoding') && !names.includes('trailer') && !names.includes('x-t'));
});
