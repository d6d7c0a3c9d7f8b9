/** What a client sees when a provider of another format answers oddly, badly, late or not at all. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Wire } from '../../fixtures/translation.ts';
import { FORMATS, type Format } from '../../src/domain/format.ts';
import { assertNever } from '../../src/lib/assert-never.ts';
import { cut, errorAfter, errorFirst, gzipped, heldAfter, html, status, text } from '../support/answers.ts';
import { call, type Called } from '../support/call.ts';
import { modelAt, startFourFormats, type FourFormats } from '../support/four-formats.ts';
import { jsonReply, rawReply, streamReply } from '../support/reply.ts';
import { until } from '../support/until.ts';

let four: FourFormats;
before(async () => {
  four = await startFourFormats({}, { translation: { keepAlive: 25 } });
});
after(async () => four?.close());
beforeEach(() => four.upstream.reset());

/** A small request in the client's format for the provider of the other one. */
function ask(from: Format, to: Format, stream: boolean): Promise<Called> {
  const model = modelAt(to);
  const messages = [{ role: 'user', content: 'hi' }];
  const { url } = four.gateway;
  switch (from) {
    case 'anthropic-messages':
      return call(url, '/v1/messages', { body: { model, max_tokens: 64, stream, messages } });
    case 'openai-chat':
      return call(url, '/v1/chat/completions', { body: { model, stream, messages } });
    case 'openai-responses':
      return call(url, '/v1/responses', { body: { model, stream, input: messages } });
    case 'gemini': {
      const verb = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
      const body = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
      return call(url, `/v1beta/models/${model}:${verb}`, { body });
    }
    default:
      return assertNever(from);
  }
}

function envelopeOf(answer: Called): Wire {
  return JSON.parse(answer.body.toString());
}

const PAIRS = FORMATS.flatMap((from) => FORMATS.filter((to) => to !== from).map((to) => [from, to] as const));

describe('a failure before the first byte', () => {
  for (const [from, to] of PAIRS)
    test(`${from} on ${to}: an error as the first event of a stream is a real status`, async () => {
      four.upstream.script({ answer: errorFirst() });
      const answer = await ask(from, to, true);
      assert.ok(answer.status >= 500, String(answer.status));
      assert.match(String(answer.headers['content-type']), /json/);
      assert.match(JSON.stringify(envelopeOf(answer).error), /Overloaded/);
    });

  for (const [from, to] of PAIRS)
    test(`${from} on ${to}: a refusal keeps its class, its words and its waiting time`, async () => {
      four.upstream.script({
        answer: status(429, { message: 'slow down', headers: [['retry-after', '17']] }),
      });
      const answer = await ask(from, to, true);
      assert.equal(answer.status, 429);
      assert.equal(answer.headers['retry-after'], '17');
      assert.match(envelopeOf(answer).error.message, /slow down/);
    });

  test('a 429 without a waiting time gets one, and a refused key of the gateway is told as 502 for good', async () => {
    four.upstream.script({ times: 1, answer: status(429) }).script({ times: 1, answer: status(401) });
    const busy = await ask('anthropic-messages', 'openai-chat', true);
    assert.equal(busy.headers['retry-after'], '5');
    const refused = await ask('anthropic-messages', 'openai-chat', true);
    assert.equal(refused.status, 502);
    assert.equal(refused.headers['x-should-retry'], 'false');
    assert.equal(envelopeOf(refused).error.type, 'api_error');
  });

  test('error bodies of every shape give a message: a string, a list, a detail, a page, nothing', async () => {
    const bodies: [unknown, RegExp][] = [
      [{ error: 'plain words' }, /plain words/],
      [[{ error: { message: 'in a list' } }], /in a list/],
      [{ detail: 'from FastAPI' }, /from FastAPI/],
      [{ object: 'error', message: 'from vLLM', code: 400 }, /from vLLM/],
      ['<html><body>Bad Gateway</body></html>', /Bad Gateway/],
      ['', /no reason/],
    ];
    for (const [body, expected] of bodies) {
      four.upstream.script({
        times: 1,
        answer: () => (typeof body === 'string' ? rawReply(400, 'text/html', body) : jsonReply(400, body)),
      });
      const answer = await ask('anthropic-messages', 'openai-chat', false);
      assert.equal(answer.status, 400);
      assert.match(envelopeOf(answer).error.message, expected);
    }
  });

  test('a web page with status 200 is no answer', async () => {
    four.upstream.script({ answer: html() });
    const answer = await ask('openai-chat', 'anthropic-messages', true);
    assert.equal(answer.status, 502);
  });

  test('a stream that ends before it said anything is a 502', async () => {
    four.upstream.script({ answer: () => streamReply([': nothing\n\n'], undefined) });
    const answer = await ask('anthropic-messages', 'openai-chat', true);
    assert.equal(answer.status, 502);
  });
});

describe('a failure after the first byte', () => {
  for (const [from, to] of PAIRS)
    test(`${from} on ${to}: a broken stream never looks like an end`, async () => {
      const whole = text('some words that take more than a single event');
      four.upstream.script({ times: 1, answer: whole });
      const complete = (await ask(from, to, true)).body.toString();
      four.upstream.script({ answer: cut(whole, 700, 'reset') });
      const broken = await ask(from, to, true);
      const said = broken.body.toString();
      const endMark = END_MARKS[from];
      assert.match(complete, endMark);
      assert.doesNotMatch(said, endMark);
      if (broken.whole && broken.status === 200) assert.match(said, /error/);
    });

  for (const [from, to] of PAIRS)
    test(`${from} on ${to}: an error event inside a stream is told as one, or cuts the connection`, async () => {
      four.upstream.script({ answer: errorAfter(text('some words that take several events'), 4) });
      const broken = await ask(from, to, true);
      const said = broken.body.toString();
      assert.doesNotMatch(said, END_MARKS[from]);
      if (broken.whole) assert.match(said, /Overloaded/);
      else assert.equal(from, 'openai-chat');
    });
});

const END_MARKS: Readonly<Record<Format, RegExp>> = {
  'anthropic-messages': /message_stop/,
  'openai-chat': /\[DONE\]/,
  'openai-responses': /response\.completed/,
  gemini: /"finishReason":"STOP"/,
};

describe('an answer in another shape than was asked for', () => {
  for (const [from, to] of PAIRS)
    test(`${from} on ${to}: JSON for a stream, a stream for JSON, and compression nobody asked for`, async () => {
      const plain = text('the same words');
      four.upstream.script({ times: 1, answer: turned(plain, false) });
      const streamed = await ask(from, to, true);
      assert.match(streamed.body.toString(), /the same words|the same wor/);
      assert.match(streamed.body.toString(), END_MARKS[from]);
      four.upstream.script({ times: 1, answer: turned(plain, true) });
      assert.match((await ask(from, to, false)).body.toString(), /the same words/);
      four.upstream.script({ times: 1, answer: gzipped(plain) });
      const inflated = await ask(from, to, false);
      assert.match(inflated.body.toString(), /the same words/);
      assert.equal(inflated.headers['content-encoding'], undefined);
    });
});

/** The answer as if the request had (not) asked for a stream. */
function turned(answer: ReturnType<typeof text>, stream: boolean): ReturnType<typeof text> {
  return (request) => {
    const body = { ...JSON.parse(request.body.toString()), stream };
    const verb = stream ? ':streamGenerateContent' : ':generateContent';
    const target = request.target.replace(/:(stream)?[gG]enerateContent.*/, verb);
    return answer({ ...request, target, body: Buffer.from(JSON.stringify(body)) });
  };
}

describe('a client that waits', () => {
  const SIGNS: Readonly<Record<Format, RegExp>> = {
    'anthropic-messages': /event: ping/,
    'openai-chat': /^: /m,
    'openai-responses': /^: |keepalive/m,
    gemini: /^(\r\n\r\n)+data: /,
  };
  for (const [from, to] of PAIRS)
    test(`T59: ${from} on ${to}: signs of life of its own format, and then the answer`, async () => {
      const release = Promise.withResolvers<void>();
      four.upstream.script({ answer: heldAfter(text('late words'), 0, release.promise) });
      const asked = ask(from, to, true);
      await four.upstream.request(1);
      const timer = setTimeout(release.resolve, 120);
      const answer = await asked;
      clearTimeout(timer);
      assert.match(answer.body.toString(), SIGNS[from]);
      assert.match(answer.body.toString(), END_MARKS[from]);
    });
});

test('with answer_model: served the answer names the model that the provider says', async () => {
  const served = await startFourFormats({}, { translation: { answerModel: 'served' } });
  try {
    const body = {
      model: modelAt('openai-chat'),
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
    };
    const answer = await call(served.gateway.url, '/v1/messages', { body });
    assert.equal(envelopeOf(answer).model, 'served-openai-chat');
  } finally {
    await served.close();
  }
});

describe('what gets lost', () => {
  test('warnings are in the header, the record and the statistics; strict refuses', async () => {
    const body = {
      model: modelAt('anthropic-messages'),
      messages: [{ role: 'user', content: 'hi' }],
      logit_bias: { 5: 1 },
      seed: 7,
    };
    const answer = await call(four.gateway.url, '/v1/chat/completions', { body });
    assert.equal(answer.status, 200);
    assert.match(String(answer.headers['x-switchyard-warnings']), /dropped/);
    const records = four.gateway.records.length;
    const record = await until('the record', () => four.gateway.records.at(records - 1));
    assert.ok((record.warnings?.length ?? 0) >= 2, JSON.stringify(record.warnings));
    const stats = await fetch(`${four.gateway.url}/api/stats`);
    assert.ok(((await stats.json()) as Wire).translation_warnings >= 2);
    const strict = await startFourFormats({}, { translation: { policy: 'strict' } });
    try {
      const refused = await call(strict.gateway.url, '/v1/chat/completions', { body });
      assert.equal(refused.status, 400);
      assert.equal(strict.upstream.requests.length, 0);
    } finally {
      await strict.close();
    }
  });

  test('a request that is nothing but a web search is refused by the name of its tool, not answered without', async () => {
    const answer = await call(four.gateway.url, '/v1/messages', {
      body: {
        model: modelAt('openai-chat'),
        max_tokens: 64,
        messages: [{ role: 'user', content: 'Perform a web search for the query: x' }],
        tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 8 }],
      },
    });
    assert.equal(answer.status, 400);
    assert.match(envelopeOf(answer).error.message, /web_search/);
    assert.equal(four.upstream.requests.length, 0);
  });
});

describe('reasoning across formats', () => {
  test("a provider's sealed reasoning comes back to it unchanged through a client of another format", async () => {
    const item = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'SEALED',
    };
    const said = {
      type: 'message',
      id: 'm_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'ok', annotations: [] }],
    };
    four.upstream.script({
      times: 1,
      answer: () =>
        jsonReply(200, {
          id: 'r',
          object: 'response',
          status: 'completed',
          model: 'm',
          output: [item, said],
          usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
        }),
    });
    const model = modelAt('openai-responses');
    const thinking = { type: 'adaptive' };
    const question = { role: 'user', content: 'hi' };
    const first = envelopeOf(
      await call(four.gateway.url, '/v1/messages', {
        body: { model, max_tokens: 64, thinking, messages: [question] },
      }),
    );
    assert.match(first.content[0].signature, /^gw1\./);
    const history = [question, { role: 'assistant', content: first.content }, question];
    await call(four.gateway.url, '/v1/messages', {
      body: { model, max_tokens: 64, thinking, messages: history },
    });
    assert.match(four.upstream.requests[1]?.body.toString() ?? '', /"encrypted_content":"SEALED"/);
    four.upstream.reset();
    const other = modelAt('openai-chat');
    await call(four.gateway.url, '/v1/messages', {
      body: { model: other, max_tokens: 64, messages: history },
    });
    assert.doesNotMatch(four.upstream.requests[0]?.body.toString() ?? '', /SEALED|gw1\./);
  });
});

describe('the credential rule across formats', () => {
  test("a caller's own key goes in the provider's header, and a login to nobody but Anthropic", async () => {
    const own = await startFourFormats({ auth: { kind: 'caller' } });
    try {
      const body = {
        model: modelAt('openai-chat'),
        max_tokens: 64,
        messages: [{ role: 'user', content: 'hi' }],
      };
      const headers = { 'x-api-key': 'key-of-the-caller', cookie: 'a=b', 'anthropic-beta': 'x-1' };
      assert.equal((await call(own.gateway.url, '/v1/messages', { body, headers })).status, 200);
      const sent = own.upstream.requests[0]?.rawHeaders.join('\n') ?? '';
      assert.match(sent, /authorization\nBearer key-of-the-caller/i);
      assert.doesNotMatch(sent, /x-api-key|cookie|anthropic-/i);
      const login = { authorization: 'Bearer sk-ant-oat01-abc' };
      const refused = await call(own.gateway.url, '/v1/messages', { body, headers: login });
      assert.equal(refused.status, 400);
      assert.equal(own.upstream.requests.length, 1);
    } finally {
      await own.close();
    }
  });
});
