import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { JsonObject } from '../../domain/json-value.ts';
import { openApiSchema } from './openapi-schema.ts';

const leaf: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject>(
  {},
  { type: 'string', format: 'uri', pattern: '^a' },
  { type: ['integer', 'null'], exclusiveMinimum: 0 },
  { const: 3 },
  { enum: ['a', null, 1] },
  { $ref: '#/$defs/node' },
);

const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ anyOf: fc.array(tie('schema'), { maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { maxLength: 2 }), title: fc.string() }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('a', 'type', 'enum'), tie('schema')),
      required: fc.constantFrom<string[]>([], ['a'], ['missing']),
      additionalProperties: fc.boolean(),
    }),
  ),
}));

test('cleaning a clean schema changes nothing, and every schema in it has a type or branches', () => {
  fc.assert(
    fc.property(schema, (member) => {
      const $defs = { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } };
      const clean = openApiSchema({ type: 'object', properties: { member }, $defs });
      assert.ok(clean);
      assert.deepEqual(openApiSchema(clean), clean);
      assert.equal(JSON.stringify(clean).includes('"$ref"'), false);
      for (const inner of Object.values(clean['properties'] ?? {}))
        assert.ok('type' in inner || 'anyOf' in inner);
    }),
  );
});

test('a tool without arguments has no schema', () => {
  for (const empty of [{}, { type: 'object' }, { type: 'object', properties: {} }])
    assert.equal(openApiSchema(empty), undefined);
});
