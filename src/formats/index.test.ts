import assert from 'node:assert/strict';
import test from 'node:test';
import type { RequestFacts, RequestKind } from '../domain/exchange.ts';
import { FORMATS } from '../domain/format.ts';
import type { Format, Operation } from '../domain/format.ts';
import { matchRequest, wireFormatOf } from './index.ts';

const FACTS: RequestFacts = {
  model: 'asked',
  stream: false,
  maxTokens: undefined,
  temperature: undefined,
  topP: undefined,
  subagentTag: undefined,
  modelSpans: [],
  offersTools: false,
  requiresTool: false,
  content: undefined,
};

for (const [path, format, operation] of [
  ['/v1/messages', 'anthropic-messages', 'generate'],
  ['/v1/messages/count_tokens', 'anthropic-messages', 'count-tokens'],
  ['/v1/chat/completions', 'openai-chat', 'generate'],
  ['/v1/responses', 'openai-responses', 'generate'],
  ['/v1beta/models/gemini-3-pro:generateContent', 'gemini', 'generate'],
  ['/v1beta/models/gemini-3-pro:streamGenerateContent', 'gemini', 'generate'],
  ['/v1beta/models/org/name:free:countTokens', 'gemini', 'count-tokens'],
] as const) {
  test(`POST ${path} means ${format} ${operation}, GET means nothing`, () => {
    assert.deepEqual(matchRequest('POST', path), { format, operation });
    assert.equal(matchRequest('GET', path), undefined);
  });
}

for (const path of [
  '/',
  '/v1',
  '/v1/messages/',
  '/v1/messages/batches',
  '/v1/messages/count_tokens/x',
  '/V1/messages',
  '/chat/completions',
  '/v1/responses/resp_1',
  '/v1beta/models/x:embedContent',
  '/v1beta/models/x',
  '/v1beta/models/:generateContent',
  '/v1beta/models/../x:generateContent',
  '/v1beta/models/%2e%2e%2fx:generateContent',
  '/v1beta/models/a//b:generateContent',
  '/v1beta/models/%zz:generateContent',
  '/v1beta/models:generateContent',
  '/generateContent',
  'generateContent',
]) {
  test(`POST ${path} is no request of ours`, () => {
    assert.equal(matchRequest('POST', path), undefined);
  });
}

test('every format is registered under its own id', () => {
  for (const format of FORMATS) assert.equal(wireFormatOf(format).id, format);
});

for (const [format, basePath, operation, expected] of [
  ['anthropic-messages', '', 'generate', '/v1/messages'],
  ['anthropic-messages', '', 'count-tokens', '/v1/messages/count_tokens'],
  ['anthropic-messages', '/api/anthropic', 'generate', '/v1/messages'],
  ['anthropic-messages', '/proxy/v1', 'generate', '/messages'],
  ['anthropic-messages', '/proxy/v1', 'count-tokens', '/messages/count_tokens'],
  ['openai-chat', '', 'generate', '/v1/chat/completions'],
  ['openai-chat', '/api/v1', 'generate', '/chat/completions'],
  ['openai-chat', '/api/coding/paas/v4', 'generate', '/chat/completions'],
  ['openai-chat', '/v1beta/openai', 'generate', '/chat/completions'],
  ['openai-chat', '/openai', 'generate', '/v1/chat/completions'],
  ['openai-chat', '/vision', 'generate', '/v1/chat/completions'],
  ['openai-responses', '', 'generate', '/v1/responses'],
  ['openai-responses', '/v1', 'generate', '/responses'],
  ['gemini', '', 'generate', '/v1beta/models/asked:generateContent'],
  ['gemini', '/v1beta', 'count-tokens', '/models/asked:countTokens'],
] as const) {
  test(`${format} ${operation} below base path "${basePath}" goes to ${expected}`, () => {
    assert.equal(pathOf(format, basePath, operation), expected);
  });
}

test('a Gemini model is put into the path, encoded, with its slashes', () => {
  const kind: RequestKind = { format: 'gemini', operation: 'generate' };
  const facts = { ...FACTS, stream: true };
  assert.equal(
    wireFormatOf('gemini').upstreamPath({ kind, facts, model: 'org/na me:free?x', basePath: '' }),
    '/v1beta/models/org/na%20me%3Afree%3Fx:streamGenerateContent',
  );
});

function pathOf(format: Format, basePath: string, operation: Operation): string {
  const kind: RequestKind = { format, operation };
  return wireFormatOf(format).upstreamPath({ kind, facts: FACTS, model: undefined, basePath });
}

test('Gemini reads model and stream from the path and still checks the body', () => {
  const gemini = wireFormatOf('gemini');
  const body = Buffer.from('{"model":"in the body","stream":false,"contents":[]}');
  const facts = gemini.inspect(body, '/v1beta/models/a%2Fb:streamGenerateContent');
  assert.deepEqual(facts, { ...FACTS, model: 'a/b', stream: true });
  assert.throws(() => gemini.inspect(Buffer.from('{'), '/v1beta/models/a:generateContent'), {
    code: 'malformed_body',
  });
});

test('a Gemini body passes a patch as the very same buffer, whatever the model', () => {
  const body = Buffer.from('{"contents":[]}');
  const headers = ['x-goog-api-client', 'x'];
  const result = wireFormatOf('gemini').patch({
    body,
    headers,
    facts: FACTS,
    model: 'other',
    filters: { betas: { kind: 'allow', values: [] }, thinking: 'all', billingHeader: 'remove' },
    isOwnSignature: () => false,
  });
  assert.equal(result.body, body);
  assert.equal(result.headers, headers);
});

for (const [format, member, other] of [
  ['anthropic-messages', 'max_tokens', 'max_output_tokens'],
  ['openai-chat', 'max_completion_tokens', 'max_output_tokens'],
  ['openai-chat', 'max_tokens', 'max_output_tokens'],
  ['openai-responses', 'max_output_tokens', 'max_tokens'],
] as const) {
  test(`${format} calls its output limit ${member}`, () => {
    const facts = wireFormatOf(format).inspect(Buffer.from(`{"${other}":1,"${member}":2}`), '/');
    assert.equal(facts.maxTokens, 2);
  });
}
