/** Keys that change what every object is, wherever a client can put a key. */
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import { agent } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { KEY_VARIABLE, oneProvider, startGateway } from '../support/gateway.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
const opened = new AsyncDisposableStack();
before(async () => {
  upstream = await startScriptedUpstream({ answer: agent });
  opened.defer(async () => upstream.close());
  const origin = originOf(new URL(upstream.url));
  const thirdParty = {
    betas: { kind: 'allow', values: [] },
    thinking: 'foreign',
    billingHeader: 'remove',
  } as const;
  gateway = await startInProcess({
    providers: [
      exampleProvider({ origin }),
      exampleProvider({ name: 'filtered', origin, filters: thirdParty, countTokens: 'estimate' }),
    ],
    routes: { mappings: [{ match: 'filtered*', targets: [{ provider: 'filtered', model: 'renamed' }] }] },
  });
  opened.defer(async () => gateway.stop());
});
after(async () => opened.disposeAsync());

const POISON = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'toJSON',
];

/** JSON text with poisonous keys at any depth; text, because an object literal could not even hold them. */
const poisonedJson: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('1', 'true', 'null', '"polluted"', '{"polluted":true}'),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join()}]`),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...POISON, 'type', 'text', 'thinking'), tie('value')), { maxLength: 4 })
    .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`),
})).object;

const shapeOfObjects = (): unknown =>
  [Object.prototype, Array.prototype, Function.prototype, Map.prototype].map((prototype) =>
    Reflect.ownKeys(prototype).map((key) => [key, Reflect.getOwnPropertyDescriptor(prototype, key)?.value]),
  );

test('D14: no body, query or header changes what objects are, and what is not ours travels untouched', async () => {
  const before = shapeOfObjects();
  await fc.assert(
    fc.asyncProperty(
      poisonedJson,
      fc.constantFrom('claude-opus-4-8', 'filtered'),
      fc.constantFrom(...POISON),
      async (poison, model, key) => {
        upstream.reset();
        const members = poison.slice(1, -1);
        const body = `{"model":"${model}","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"t","input_schema":${poison}}]${members === '' ? '' : `,${members}`}}`;
        const path = `/v1/messages?${key}=1&${key}[polluted]=1&constructor.prototype.polluted=1`;
        const headers = { [key]: 'polluted', 'x-switchyard-user': key, 'x-switchyard-project': '__proto__' };
        const { status } = await call(gateway.url, path, { headers, body });
        assert.equal(status, 200);
        if (model === 'filtered') return;
        assert.equal((await upstream.request(1)).body.toString(), body);
      },
    ),
    { numRuns: 500 },
  );
  assert.equal(Reflect.get({}, 'polluted'), undefined);
  assert.deepEqual(shapeOfObjects(), before);
});

test('model names, agent types and labels that are names of the prototype are only names', async () => {
  for (const name of POISON) {
    upstream.reset();
    const headers = {
      'x-claude-code-agent-type': name,
      'x-claude-code-agent-id': name,
      'x-switchyard-project': name,
    };
    for (const path of [
      '/v1/messages',
      '/v1/messages/count_tokens',
      '/v1/chat/completions',
      '/v1/responses',
    ]) {
      const { status } = await call(gateway.url, path, { headers, body: message(name) });
      assert.ok(status === 200 || status === 400, `${name} at ${path}: ${status}`);
    }
    const { status } = await call(gateway.url, `/v1beta/models/${name}:generateContent`, { body: {} });
    assert.equal(status, 400);
    const tagged = message('claude-opus-4-8', {
      system: `<CCR-SUBAGENT-MODEL>${name}/x</CCR-SUBAGENT-MODEL>`,
    });
    assert.equal((await call(gateway.url, '/v1/messages', { body: tagged })).status, 200, name);
  }
});

test('the program runs with __proto__ forbidden', async () => {
  const program = await startGateway({
    yaml: oneProvider(upstream.url),
    environment: { [KEY_VARIABLE]: 'k', NODE_OPTIONS: '--disable-proto=throw' },
  });
  const body =
    '{"model":"claude-opus-4-8","max_tokens":9,"__proto__":{"a":1},"messages":[{"role":"user","content":"hi"}]}';
  const answers = [
    await call(program.url, '/v1/messages', { body }),
    await call(program.url, '/api/status', { method: 'GET' }),
  ];
  const output = program.output();
  await program.stop();
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
    output,
  );
});
