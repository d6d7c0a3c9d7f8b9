import assert from 'node:assert/strict';
import test from 'node:test';
import { GatewayError } from '../domain/errors.ts';
import type { RequestFacts } from '../domain/exchange.ts';
import { inspectBody } from './inspect-body.ts';
import { spliceModel } from './splice-model.ts';

function inspect(text: string): RequestFacts {
  return inspectBody(Buffer.from(text), ['max_completion_tokens', 'max_tokens']);
}

test('model, stream and limit are read wherever they stand', () => {
  const text =
    '{"messages":[{"model":"not me","stream":false}],"stream": true,"max_tokens":5,"model":"a/b:c"}';
  const facts = inspect(text);
  assert.equal(facts.model, 'a/b:c');
  assert.equal(facts.stream, true);
  assert.equal(facts.maxTokens, 5);
  assert.deepEqual(
    facts.modelSpans.map(({ start, end }) => text.slice(start, end)),
    ['"a/b:c"'],
  );
});

for (const [name, text, expected] of [
  ['nothing', '{}', { model: undefined, stream: false, maxTokens: undefined }],
  ['a model that is no string', '{"model":5}', { model: undefined }],
  ['an escaped key', '{"mod\\u0065l":"m"}', { model: 'm' }],
  ['an escaped value', '{"model":"\\u0061\\"é"}', { model: 'a"é' }],
  ['a repeated model: the last counts', '{"model":"a","model":"b"}', { model: 'b' }],
  ['a repeated model ending in no string', '{"model":"a","model":null}', { model: undefined }],
  ['a repeated stream', '{"stream":true,"stream":false}', { stream: false }],
  ['a stream in quotes', '{"stream":"true"}', { stream: false }],
  ['the more telling limit first', '{"max_tokens":1,"max_completion_tokens":2}', { maxTokens: 2 }],
  ['a null limit beside a real one', '{"max_tokens":1,"max_completion_tokens":null}', { maxTokens: 1 }],
  ['a limit beyond numbers', '{"max_tokens":1e400}', { maxTokens: undefined }],
  ['a limit in quotes', '{"max_tokens":"5"}', { maxTokens: undefined }],
] as const) {
  test(`facts of a body with ${name}`, () => {
    const facts: Partial<RequestFacts> = inspect(text);
    for (const [key, value] of Object.entries(expected)) {
      assert.equal(facts[key as keyof RequestFacts], value);
    }
  });
}

for (const [name, body, message] of [
  ['no JSON', Buffer.from('hello'), /expected an object at byte 0/],
  ['an empty body', Buffer.alloc(0), /byte 0/],
  ['an array', Buffer.from('[]'), /expected an object/],
  ['a truncated object', Buffer.from('{"model":"a'), /end of a string at byte 11/],
  ['two objects', Buffer.from('{}{}'), /end of the text at byte 2/],
  ['Latin-1 bytes', Buffer.from('{"model":"é"}', 'latin1'), /UTF-8/],
  ['endless nesting', Buffer.from(`{"a":${'['.repeat(100_000)}`), /levels of nesting/],
] as const) {
  test(`${name} is refused as malformed`, () => {
    assert.throws(
      () => inspectBody(body, []),
      (error) =>
        error instanceof GatewayError && error.code === 'malformed_body' && message.test(error.message),
    );
  });
}

test('members named like parts of every object change nothing of ours', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const facts = inspect(
    '{"__proto__":{"model":"x","polluted":1},"constructor":{"prototype":{"polluted":1}},"model":"m"}',
  );
  assert.equal(facts.model, 'm');
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
});

test('a new model replaces every top-level model value and no other byte', () => {
  const text =
    '{ "10":1,"2":1.0,"model" : "a","x":{"model":"a"},"__proto__":[12345678901234567890],"\\u006dodel":7}';
  const body = Buffer.from(text);
  const result = spliceModel(patchInput(body, 'new "name"'));
  assert.equal(
    result.body.toString(),
    text.replace('"model" : "a"', '"model" : "new \\"name\\""').replace('l":7', 'l":"new \\"name\\""'),
  );
});

test('the same buffer comes back when the model stays', () => {
  const body = Buffer.from('{"model":"a"}');
  assert.equal(spliceModel(patchInput(body, undefined)).body, body);
  assert.equal(spliceModel(patchInput(body, 'a')).body, body);
});

function patchInput(body: Buffer, model: string | undefined): Parameters<typeof spliceModel>[0] {
  return {
    body,
    headers: ['a', 'b'],
    facts: inspectBody(body, []),
    model,
    filters: { betas: { kind: 'keep' }, thinking: 'keep', billingHeader: 'keep' },
    isOwnSignature: () => true,
  };
}
