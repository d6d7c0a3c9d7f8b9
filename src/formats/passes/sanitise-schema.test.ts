import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { asObject, type JsonObject } from '../../domain/json-value.ts';
import { sanitiseSchema } from './sanitise-schema.ts';

const keyword = fc.constantFrom(
  'type',
  'properties',
  'items',
  'anyOf',
  'const',
  'format',
  '$ref',
  'required',
  'default',
  'additionalProperties',
);
const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('string', 'object', null, true, '#/properties/a', '#', ['string', 'null']),
    fc.dictionary(keyword, tie('schema'), { maxKeys: 4 }),
    fc.array(tie('schema'), { maxLength: 3 }),
  ),
}));

test('any schema becomes an object schema, and cleaning a clean one changes nothing', () => {
  fc.assert(
    fc.property(schema, fc.constantFrom('openai', 'gemini', 'grammar'), (value, level) => {
      const given = asObject(value as JsonObject[string]) ?? {};
      const clean = sanitiseSchema(given, level);
      assert.equal(clean['type'], 'object');
      assert.notEqual(asObject(clean['properties']), undefined);
      assert.deepEqual(sanitiseSchema(clean, level), clean);
    }),
  );
});

test('the schema given is never changed', () => {
  const given = { anyOf: [{ properties: { a: { const: 1 } } }], $schema: 'x' };
  const before = JSON.stringify(given);
  sanitiseSchema(given, 'gemini');
  assert.equal(JSON.stringify(given), before);
});
