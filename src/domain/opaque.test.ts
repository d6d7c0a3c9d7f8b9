import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isFrom, type Opaque, unwrapOpaque, wrapOpaque } from './opaque.ts';

const ORIGIN = { provider: 'zai', model: 'glm-9', format: 'openai-chat' } as const;

test('a wrapped value comes back as it was, whatever it holds', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, text, (provider, model, payload) => {
      const opaque: Opaque = { kind: 'details', origin: { ...ORIGIN, provider, model }, payload };
      assert.match(wrapOpaque(opaque), /^gw1\.[A-Za-z0-9_-]+$/);
      assert.deepEqual(unwrapOpaque(wrapOpaque(opaque), 'signature'), opaque);
    }),
  );
});

test('a bare value is of the kind of its field, and of nobody', () => {
  assert.deepEqual(unwrapOpaque('c2ln', 'signature'), {
    kind: 'signature',
    origin: undefined,
    payload: 'c2ln',
  });
  assert.equal(wrapOpaque({ kind: 'signature', origin: undefined, payload: 'c2ln' }), 'c2ln');
});

test('a damaged or forged wrapper is a foreign value, and no error', () => {
  const forged = Buffer.from('{"o":"a","m":"b","f":"c","k":"spell","p":"x"}').toString('base64url');
  for (const value of ['gw1.', 'gw1.!!!', `gw1.${forged}`, 'gw1.eyJvIjoxfQ'])
    assert.equal(unwrapOpaque(value, 'signature').origin, undefined, value);
});

test('a value belongs to the provider, model and format that issued it, all three', () => {
  const opaque: Opaque = { kind: 'plain', origin: ORIGIN, payload: '' };
  assert.equal(isFrom(opaque, ORIGIN), true);
  assert.equal(isFrom(opaque, { ...ORIGIN, provider: 'other' }), false);
  assert.equal(isFrom(opaque, { ...ORIGIN, model: 'other' }), false);
  assert.equal(isFrom(opaque, { ...ORIGIN, format: 'gemini' }), false);
  assert.equal(isFrom({ ...opaque, origin: undefined }, ORIGIN), false);
});
