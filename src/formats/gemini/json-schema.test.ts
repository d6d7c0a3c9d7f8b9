import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonSchema } from './json-schema.ts';

test('capitals, flags and counts of Google become those of JSON Schema, however deep', () => {
  const google = {
    type: 'OBJECT',
    nullable: true,
    propertyOrdering: ['type'],
    properties: { type: { type: 'ARRAY', minItems: '2', items: { type: 'STRING', enum: ['A'] } } },
    anyOf: [{ type: 'NUMBER' }],
  };
  assert.deepEqual(jsonSchema(google), {
    type: ['object', 'null'],
    properties: { type: { type: 'array', minItems: 2, items: { type: 'string', enum: ['A'] } } },
    anyOf: [{ type: 'number' }],
  });
});

test('a JSON schema stays as it is', () => {
  const schema = {
    type: 'object',
    properties: { nullable: { type: ['string', 'null'], default: { type: 'X' } }, any: {} },
    required: ['nullable'],
    additionalProperties: false,
    $defs: { nullable: { oneOf: [{ const: 'X' }, { type: 'integer', minimum: 0 }] } },
  };
  assert.deepEqual(jsonSchema(schema), schema);
});
