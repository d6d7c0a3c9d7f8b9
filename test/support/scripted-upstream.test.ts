import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import {
  cut,
  errorFirst,
  errorInside,
  garbage,
  gzipped,
  held,
  heldAfter,
  html,
  never,
  paced,
  repeated,
  status,
  text,
  toolCall,
} from './answers.ts';
import { TestAuthority } from './certificates.ts';
import { exchangeRaw, openRaw, postBytes } from './raw-client.ts';
import { headerOf, jsonOf } from './recorded-request.ts';
import type { Answer, CutKind } from './reply.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { soon, until } from './until.ts';

const PATHS = {
  anthropic: '/v1/messages',
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
} as const;
const SHELL = {
  type: 'object',
  properties: { command: { type: 'string' }, description: { type: 'string' } },
  required: ['command', 'description'],
};

let upstream: ScriptedUpstream;
beforeEach(async () => {
  upstream = await startScriptedUpstream();
});
afterEach(async () => upstream.close());

async function post(path: string, body: unknown): ReturnType<typeof exchangeRaw> {
  return exchangeRaw(upstream.url, postBytes(upstream.url, path, body));
}

describe('what is recorded', () => {
  test('a request is kept as the bytes, header case and order that arrived', async () => {
    const body = Buffer.from('{"model":"m","x":"\\u00e9é"}');
    await exchangeRaw(
      upstream.url,
      postBytes(upstream.url, '/v1/messages?beta=true', body, [['X-Odd-Case', 'v']]),
    );
    const request = await upstream.request(1);
    assert.deepEqual(request.body, body);
    assert.equal(request.target, '/v1/messages?beta=true');
    assert.ok(request.rawHeaders.includes('X-Odd-Case'));
    assert.equal(headerOf(request, 'x-odd-case'), 'v');
    assert.ok(upstream.receivedBytes().includes('X-Odd-Case: v\r\n'));
    assert.ok(upstream.receivedBytes().includes(body));
  });

  test('the ledger bills each request once, with the figures the answer carried', async () => {
    upstream.script({ answer: text('hello', { input: 11, output: 7, cacheRead: 5, cacheWrite: 3 }) });
    const { body } = await post(PATHS.anthropic, { model: 'glm', messages: [] });
    const billed = { input: 11, output: 7, cacheRead: 5, cacheWrite: 3 };
    assert.deepEqual(jsonOf({ body })['usage'], {
      input_tokens: 11,
      output_tokens: 7,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 3,
    });
    await until('the ledger row', () => upstream.ledger.length === 1);
    assert.deepEqual(upstream.ledger, [{ request: 1, model: 'glm', status: 200, billed, how: 'answered' }]);
  });

  test('a caller that goes away is seen at once and marked in the ledger', async () => {
    upstream.script({ answer: cut(text('x'), 1, 'hang') });
    const connection = await openRaw(upstream.url);
    connection.write(postBytes(upstream.url, PATHS.anthropic, { stream: true }));
    await connection.bodyBytes(1);
    const before = performance.now();
    connection.destroy();
    const end = await soon('the abort to be seen', (await upstream.request(1)).ended);
    assert.equal(end.how, 'aborted');
    assert.ok(end.at >= before && end.at - before < 250);
  });

  test('a request that never got its answer ends as aborted', async () => {
    upstream.script({ answer: never() });
    const connection = await openRaw(upstream.url);
    connection.write(postBytes(upstream.url, PATHS.anthropic, {}));
    const request = await upstream.request(1);
    connection.destroy();
    assert.equal((await soon('the abort', request.ended)).how, 'aborted');
  });
});

describe('the agent brain', () => {
  const tools = {
    anthropic: [{ name: 'Bash', input_schema: SHELL }],
    chat: [{ type: 'function', function: { name: 'run_shell_command', parameters: SHELL } }],
    responses: [{ type: 'function', name: 'shell', parameters: SHELL }],
  };
  const asked = {
    anthropic: { messages: [{ role: 'user', content: 'go' }], tools: tools.anthropic },
    chat: { messages: [{ role: 'user', content: 'go' }], tools: tools.chat },
    responses: { input: [{ type: 'message', role: 'user', content: 'go' }], tools: tools.responses },
  };
  const answered = {
    anthropic: {
      tools: tools.anthropic,
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'Bash', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'NONCE-abc123' }] },
          ],
        },
      ],
    },
    chat: {
      tools: tools.chat,
      messages: [
        { role: 'assistant', content: null, tool_calls: [{ id: 't' }] },
        { role: 'tool', tool_call_id: 't', content: 'NONCE-abc123' },
      ],
    },
    responses: {
      tools: tools.responses,
      input: [
        { type: 'function_call', call_id: 't' },
        { type: 'function_call_output', call_id: 't', output: 'NONCE-abc123' },
      ],
    },
  };
  const shells = { anthropic: 'Bash', chat: 'run_shell_command', responses: 'shell' };

  for (const dialect of ['anthropic', 'chat', 'responses'] as const) {
    for (const stream of [true, false]) {
      test(`${dialect}, stream ${stream}: first asks for the shell, then answers with the token`, async () => {
        const first = await post(PATHS[dialect], { model: 'm', stream, ...asked[dialect] });
        assert.equal(first.status, 200);
        assert.ok(first.body.includes(shells[dialect]), first.body.toString());
        assert.ok(stream || first.body.includes('cat nonce.txt'), first.body.toString());
        const second = await post(PATHS[dialect], { model: 'm', stream, ...answered[dialect] });
        assert.equal(second.end, 'whole');
        assert.ok(second.body.includes('DONE-abc123'), second.body.toString());
      });
    }
  }

  test('it stops asking when the output of the tool stays lost', async () => {
    const lost = { role: 'assistant', content: null, tool_calls: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] };
    const { body } = await post(PATHS.chat, { model: 'm', messages: [lost], tools: tools.chat });
    assert.ok(body.includes('No token yet'), body.toString());
  });

  test('tokens are counted and models listed', async () => {
    const counted = await post('/v1/messages/count_tokens', { model: 'm' });
    assert.deepEqual(jsonOf(counted), { input_tokens: 4 });
    const listed = await exchangeRaw(upstream.url, 'GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.ok(listed.body.includes('claude-haiku'));
  });
});

describe('the script', () => {
  test('a rule serves as often as it says, then the next one does', async () => {
    upstream.script({ times: 2, answer: status(529) }).script({ answer: status(418) });
    const seen = [];
    for (let call = 0; call < 3; call += 1) seen.push((await post(PATHS.anthropic, {})).status);
    assert.deepEqual(seen, [529, 529, 418]);
  });

  test('a rule serves only the requests it is meant for', async () => {
    upstream.script({ when: (request) => jsonOf(request)['model'] === 'bad', answer: status(400) });
    assert.equal((await post(PATHS.anthropic, { model: 'bad' })).status, 400);
    assert.equal((await post(PATHS.anthropic, { model: 'good' })).status, 200);
  });
});

describe('faults', () => {
  const streamed = { model: 'm', stream: true };

  test('a status comes with its headers and the envelope of the dialect', async () => {
    upstream.script({ answer: status(429, { headers: [['retry-after', '7']], message: 'slow down' }) });
    const anthropic = await post(PATHS.anthropic, {});
    assert.equal(anthropic.headers.get('retry-after'), '7');
    assert.equal(jsonOf(anthropic)['type'], 'error');
    assert.deepEqual(Object.keys(jsonOf(await post(PATHS.chat, {}))), ['error']);
  });

  const cuts: readonly [CutKind, 'whole' | 'closed' | 'reset'][] = [
    ['fin', 'closed'],
    ['reset', 'reset'],
    ['bad-chunk', 'closed'],
    ['end', 'whole'],
  ];
  for (const [how, end] of cuts) {
    test(`an answer cut with ${how} delivers exactly the bytes before the cut`, async () => {
      upstream.script({ answer: cut(text('a long enough answer'), 100, how) });
      const seen = await post(PATHS.anthropic, streamed);
      assert.equal(seen.status, 200);
      assert.equal(seen.body.length, 100);
      assert.equal(seen.end, end);
    });
  }

  test('behind TLS too, a cut with reset ends the connection', async () => {
    const authority = new TestAuthority();
    const secure = await startScriptedUpstream({ tls: authority.issue(['127.0.0.1']) });
    secure.script({ answer: cut(text('hello'), 0, 'reset') });
    const socket = connectTls({ port: secure.port, host: '127.0.0.1', ca: authority.certificate });
    const ended = Promise.withResolvers<string>();
    socket.on('error', (error) => {
      ended.resolve(error.message);
    });
    socket.resume().on('close', () => {
      ended.resolve('closed');
    });
    socket.write(postBytes(secure.url, PATHS.anthropic, streamed));
    assert.match(await soon('the connection to end', ended.promise), /ECONNRESET|closed/);
    await secure.close();
  });

  test('an answer can stop in the middle and keep the connection', async () => {
    upstream.script({ answer: cut(text('a long enough answer'), 100, 'hang') });
    const connection = await openRaw(upstream.url);
    connection.write(postBytes(upstream.url, PATHS.anthropic, streamed));
    await connection.bodyBytes(100);
    assert.equal(connection.exchanged().end, 'open');
    connection.destroy();
  });

  const bodies: readonly [string, Answer, (body: Buffer) => boolean][] = [
    ['an error event first', errorFirst(), (body) => body.toString().startsWith('event: error\n')],
    ['garbage', garbage(), (body) => body[1] === 0xff],
    ['a web page', html(), (body) => body.includes('<h1>')],
    [
      'an error event inside',
      errorInside(text('abc'), 60),
      (body) => body.toString().slice(60).startsWith('event: error'),
    ],
    [
      'a gzip stream nobody asked for',
      gzipped(text('zipped')),
      (body) => gunzipSync(body).includes('zipped'),
    ],
    ['a tool call of choice', toolCall('Edit', { path: 'x' }), (body) => body.includes('"Edit"')],
    [
      'a repeated stream',
      repeated(text('abc'), 3),
      (body) => body.toString().split('message_stop').length === 7,
    ],
  ];
  for (const [name, answer, holds] of bodies) {
    test(`${name} can be sent`, async () => {
      upstream.script({ answer });
      const { body } = await post(PATHS.anthropic, streamed);
      assert.ok(holds(body), body.toString('latin1'));
    });
  }

  test('an answer is held until it is released, with or without its head', async () => {
    for (const [wrap, headFirst] of [
      [held, false],
      [(answer: Answer, until: Promise<void>) => heldAfter(answer, 0, until), true],
    ] as const) {
      upstream.reset();
      const gate = Promise.withResolvers<void>();
      upstream.script({ answer: wrap(text('late'), gate.promise) });
      const connection = await openRaw(upstream.url);
      connection.write(postBytes(upstream.url, PATHS.anthropic, streamed));
      await upstream.request(1);
      if (headFirst) await until('the head', () => connection.exchanged().status === 200);
      assert.equal(connection.exchanged().body.length, 0);
      gate.resolve();
      assert.ok((await connection.answer()).body.includes('late'));
      connection.destroy();
    }
  });

  test('an answer is held in its middle, and before its end', async () => {
    for (const pieces of [2, 99]) {
      upstream.reset();
      const gate = Promise.withResolvers<void>();
      upstream.script({ answer: heldAfter(text('late'), pieces, gate.promise) });
      const connection = await openRaw(upstream.url);
      connection.write(postBytes(upstream.url, PATHS.anthropic, streamed));
      await connection.bodyBytes(100);
      assert.equal(connection.exchanged().end, 'open');
      assert.equal(connection.exchanged().body.includes('late'), pieces === 99);
      gate.resolve();
      assert.equal((await connection.answer()).end, 'whole');
      connection.destroy();
    }
  });

  test('a paced answer takes its time', async () => {
    upstream.script({ answer: paced(text('x'), 10) });
    const before = performance.now();
    await post(PATHS.anthropic, streamed);
    assert.ok(performance.now() - before >= 50);
  });
});
