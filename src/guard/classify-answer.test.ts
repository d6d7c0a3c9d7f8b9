import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ErrorRule, RefusalMeaning } from '../domain/refusal.ts';
import { descriptorByName } from '../providers/known-providers.ts';
import { classifyAnswer, classifyStreamError, type RefusedAnswer } from './classify-answer.ts';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function meaningOf(
  answer: Partial<Omit<RefusedAnswer, 'body'>> & { status: number; body?: unknown },
): RefusalMeaning {
  const { body = '' } = answer;
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return classifyAnswer({ headers: [], ownCredential: true, rules: [], now: NOW, ...answer, body: bytes })
    .meaning;
}

function rulesOf(name: string): readonly ErrorRule[] {
  const rules = descriptorByName(name)?.errorRules;
  assert.ok(rules !== undefined);
  return rules;
}

const anthropic = (type: string, message = 'm'): object => ({ type: 'error', error: { type, message } });
const openai = (code: string, message = 'm'): object => ({ error: { message, type: 'x', code } });

const common: readonly (readonly [what: string, status: number, body: unknown, meaning: RefusalMeaning])[] = [
  ['a bare 429', 429, '', 'rate-limit'],
  ["OpenAI's rate limit", 429, openai('rate_limit_exceeded'), 'rate-limit'],
  ['no more quota', 429, openai('insufficient_quota'), 'credits'],
  ['a ramp-up refusal', 429, 'Request rate increased too quickly. Please slow down.', 'ramp-up'],
  ['another ramp-up refusal', 429, openai('x', 'scale requests more smoothly over time'), 'ramp-up'],
  ['a ramp-up refusal that calls itself an overload', 503, 'Rate increased too quickly', 'ramp-up'],
  ['a wrong request that quotes such words', 400, 'rate increased too quickly', 'client-error'],
  ["Anthropic's overload", 529, anthropic('overloaded_error'), 'overloaded'],
  ['an overload under another status', 500, anthropic('overloaded_error'), 'overloaded'],
  ['a bare 503', 503, '<html>busy</html>', 'overloaded'],
  ['an unknown model in a 400', 400, openai('model_not_found'), 'model-unavailable'],
  [
    'an unknown model by its words',
    400,
    openai('invalid', 'foo is not a valid model ID'),
    'model-unavailable',
  ],
  ['an unknown model of Anthropic', 404, anthropic('not_found_error', 'model: foo'), 'model-unavailable'],
  ['a model that is gone', 410, '', 'model-unavailable'],
  [
    'a wrong request',
    400,
    anthropic('invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum'),
    'client-error',
  ],
  ['too large', 413, anthropic('request_too_large'), 'client-error'],
  ['a conflict', 409, '', 'client-error'],
  ['an internal error', 500, anthropic('api_error'), 'server-error'],
  ['a bad gateway', 502, '', 'server-error'],
  ['a timeout of the provider', 504, '', 'server-error'],
  ['a request timeout', 408, '', 'server-error'],
  ['no credits', 402, openai('402'), 'credits'],
  ['a refused key', 401, anthropic('authentication_error'), 'key-refused'],
  ["Google's wrapped error", 429, [{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }], 'rate-limit'],
];

for (const [what, status, body, meaning] of common) {
  test(`${what} (${status}) means ${meaning}`, () => assert.equal(meaningOf({ status, body }), meaning));
}

const zai: readonly (readonly [code: number, meaning: RefusalMeaning])[] = [
  [1001, 'key-refused'],
  [1113, 'credits'],
  [1211, 'model-unavailable'],
  [1214, 'client-error'],
  [1261, 'client-error'],
  [1301, 'client-error'],
  [1302, 'concurrency'],
  [1303, 'rate-limit'],
  [1304, 'window'],
  [1305, 'overloaded'],
  [1308, 'window'],
  [1310, 'window'],
  [1311, 'model-unavailable'],
  [1312, 'overloaded'],
];

for (const [code, meaning] of zai) {
  test(`Z.ai's ${code} means ${meaning}, under whatever status and in whatever place`, () => {
    const rules = rulesOf('zai');
    const bodies = [
      { error: { code: String(code), message: 'm' } },
      { code, msg: 'm' },
      { error: { message: `[${code}] m` } },
    ];
    for (const status of [400, 429, 500])
      for (const body of bodies) assert.equal(meaningOf({ status, body, rules }), meaning);
  });
}

test("OpenRouter's daily limit is a window of its free models, its providers' overload an overload, its moderation the client's", () => {
  const rules = rulesOf('openrouter');
  assert.equal(
    meaningOf({ status: 429, body: openai('429', 'Rate limit exceeded: free-models-per-day'), rules }),
    'model-window',
  );
  assert.equal(
    meaningOf({
      status: 502,
      body: { error: { code: 502, metadata: { error_type: 'provider_overloaded' } } },
      rules,
    }),
    'overloaded',
  );
  assert.equal(
    meaningOf({ status: 403, body: { error: { code: 403, message: 'flagged by moderation' } }, rules }),
    'client-error',
  );
});

test("what is wrong with the caller's own key is the caller's business", () => {
  for (const status of [401, 403]) assert.equal(meaningOf({ status, ownCredential: false }), 'client-error');
  assert.equal(meaningOf({ status: 429, ownCredential: false }), 'rate-limit');
});

test('a subscription window that is used up is told from a short throttle', () => {
  const reset = String(NOW / 1000 + 7_200);
  const rejected = [
    'anthropic-ratelimit-unified-status',
    'rejected',
    'anthropic-ratelimit-unified-reset',
    reset,
  ];
  assert.equal(meaningOf({ status: 429, headers: rejected }), 'window');
  const opus = [...rejected, 'anthropic-ratelimit-unified-representative-claim', 'seven_day_opus'];
  assert.equal(meaningOf({ status: 429, headers: opus }), 'model-window');
  const allowed = [
    'anthropic-ratelimit-unified-status',
    'allowed',
    'anthropic-ratelimit-unified-reset',
    reset,
  ];
  assert.equal(meaningOf({ status: 429, headers: [...allowed, 'retry-after', '3'] }), 'rate-limit');
  assert.equal(meaningOf({ status: 429, headers: [...rejected, 'retry-after', '3'] }), 'rate-limit');
});

for (const [code, meaning] of [
  ['overloaded_error', 'overloaded'],
  ['server_error', 'server-error'],
  ['api_error', 'server-error'],
  ['error', 'server-error'],
  ['rate_limit_error', 'rate-limit'],
  ['RESOURCE_EXHAUSTED', 'rate-limit'],
  ['invalid_request_error', 'client-error'],
  ['429', 'rate-limit'],
] as const) {
  test(`an error ${code} inside a stream means ${meaning}`, () => {
    assert.equal(classifyStreamError(code, []), meaning);
  });
}

test('any bytes under any status have a meaning', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.uint8Array({ maxLength: 200 }), (status, bytes) => {
      const answer = {
        status,
        headers: [],
        body: Buffer.from(bytes),
        ownCredential: true,
        rules: rulesOf('zai'),
        now: NOW,
      };
      assert.ok(classifyAnswer(answer).meaning.length > 0);
    }),
  );
});

const waits: readonly (readonly [headers: readonly string[], wait: number | undefined])[] = [
  [[], undefined],
  [['Retry-After', '3'], 3_000],
  [['retry-after', '86400'], 86_400_000],
  [['retry-after', '0'], 0],
  [['retry-after', '1.5'], 1_500],
  [['retry-after', 'Fri, 20 Nov 2026 12:00:10 GMT'], 10_000],
  [['retry-after', 'Fri, 20 Nov 2026 11:00:00 GMT'], 0],
  [['retry-after', String(NOW / 1000 + 30)], 30_000],
  [['retry-after', String(NOW + 2_500)], 2_500],
  [['retry-after', 'soon'], undefined],
  [['retry-after-ms', '1500', 'retry-after', '9'], 1_500],
  [['x-ratelimit-reset', String(NOW + 60_000)], 60_000],
  [['x-ratelimit-reset-requests', '6m0s'], 360_000],
  [['x-ratelimit-reset-tokens', '250ms'], 250],
  [['anthropic-ratelimit-unified-reset', String(NOW / 1000 + 90)], 90_000],
  [['retry-after', '2', 'anthropic-ratelimit-unified-reset', String(NOW / 1000 + 90)], 2_000],
  [['ratelimit-reset', '2026-11-20T12:00:05Z'], 5_000],
];

for (const [headers, wait] of waits) {
  test(`T68: ${headers.join(': ') || 'no header'} asks to wait ${wait ?? 'nothing'} ms`, () => {
    assert.equal(retryAfterMs(headers, NOW), wait);
  });
}

const bodies: readonly (readonly [what: string, body: unknown, wait: number | undefined])[] = [
  [
    "Google's delay",
    { error: { code: 429, details: [{ '@type': 'x' }, { '@type': 'y.RetryInfo', retryDelay: '17.5s' }] } },
    17_500,
  ],
  [
    "OpenRouter's copy of its provider's header",
    { error: { code: 429, metadata: { headers: { 'X-RateLimit-Reset': String(NOW + 33_000) } } } },
    33_000,
  ],
  ['a delay that is none', { error: { details: [{ retryDelay: 17 }], metadata: { headers: 5 } } }, undefined],
];

for (const [what, body, wait] of bodies) {
  test(`${what} in a body is read where no header says how long to wait`, () => {
    const bytes = Buffer.from(JSON.stringify(body));
    const answer = { status: 429, headers: [], ownCredential: true, rules: [], now: NOW, body: bytes };
    assert.equal(classifyAnswer(answer).retryAfterMs, wait);
    assert.equal(classifyAnswer({ ...answer, headers: ['Retry-After', '2'] }).retryAfterMs, 2_000);
  });
}
