import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatKeyPath, type KeyPath } from '../layers/key-path.ts';
import type { RawObject, RawValue } from '../layers/raw-value.ts';
import { configJsonSchema, type JsonSchema } from '../schema/json-schema.ts';
import type { ConfigChange } from './config-change.ts';
import { localSettingsIn } from './local-settings.ts';

const schema = configJsonSchema();

interface Field {
  readonly path: KeyPath;
  readonly schema: JsonSchema;
}

/** Every field of the schema, with a name where any may stand and the first item of every list. */
function fieldsOf(at: JsonSchema, path: KeyPath = []): Field[] {
  const below = [
    ...Object.entries(at.properties ?? {}).map(([key, child]) => [key, child] as const),
    ...(typeof at.additionalProperties === 'object' ? [['some-name', at.additionalProperties] as const] : []),
    ...(at.items === undefined ? [] : [[0, at.items] as const]),
  ];
  const branches = [...(at.anyOf ?? []), ...(at.oneOf ?? [])].flatMap((branch) => fieldsOf(branch, path));
  const own = below.flatMap(([step, child]) => [
    { path: [...path, step], schema: child },
    ...fieldsOf(child, [...path, step]),
  ]);
  return [...own, ...branches];
}

const fields = fieldsOf(schema);
const local = fields.filter(({ schema: { localOnly } }) => localOnly === true);

const refused = (before: RawObject, ...changes: ConfigChange[]) =>
  localSettingsIn(schema, before, changes).map(formatKeyPath);

/** The value wrapped into mappings and lists up to the top. */
function nest(path: KeyPath, value: RawValue): RawValue {
  return path.reduceRight<RawValue>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
}

/** What a name gives away about a field that runs something, names a file or opens a door. */
const DANGEROUS = /(^|_)(cmd|command|shell|script|exec|env|cwd|file|directory|dir|listen|router|keys|hosts)$/;

/** Names of that kind that are harmless, each with its reason. */
const HARMLESS = new Map<string, string>([]);

test('whatever is named like a command, a file or a door is marked', () => {
  const unmarked = fields
    .filter(({ path }) => DANGEROUS.test(String(path.at(-1))))
    .map(({ path }) => path)
    .filter((path) => !local.some((field) => formatKeyPath(path).startsWith(formatKeyPath(field.path))))
    .map(formatKeyPath);
  assert.deepEqual(
    unmarked.filter((path) => !HARMLESS.has(path)),
    [],
  );
  assert.ok(local.length >= 10, `${local.length} fields are marked`);
});

for (const { path } of local)
  test(`${formatKeyPath(path)} can be neither set, hidden in something larger, nor taken away`, () => {
    const value = '/bin/sh -c evil';
    // Items are changed where they are; everything else is made on the way.
    const empty = nest(path.slice(0, -1), {}) as RawObject;
    for (let depth = 1; depth <= path.length; depth += 1) {
      const above = path.slice(0, depth);
      const set: ConfigChange = { kind: 'set', path: above, value: nest(path.slice(depth), value) };
      assert.ok(refused(empty, set).length > 0, `set ${formatKeyPath(above)}`);
    }
    const before = nest(path, 'as it was') as RawObject; // Paths begin with a name.
    assert.ok(refused(before, { kind: 'remove', path }).length > 0, 'remove');
    assert.deepEqual(
      refused(before, { kind: 'set', path, value: 'as it was' }),
      [],
      'the same value is no change',
    );
  });

test('an entry with a command may be removed as a whole, and renamed', () => {
  const entry = { name: 'headroom', service_cmd: 'headroom proxy', port: 1 };
  const before = { chain: { entries: [entry] } };
  assert.deepEqual(refused(before, { kind: 'remove', path: ['chain', 'entries', 0] }), []);
  assert.deepEqual(refused(before, { kind: 'set', path: ['chain', 'entries', 0, 'port'], value: 2 }), []);
  assert.deepEqual(
    refused(before, { kind: 'insert', path: ['chain', 'entries', 1], value: { ...entry, name: 'other' } }),
    ['chain.entries[1].service_cmd'],
  );
  assert.deepEqual(refused(before, { kind: 'remove', path: ['chain'] }), ['chain.entries[0].service_cmd']);
});

test('no new reference to a file is taken, those that are there stay', () => {
  const auth = (secret: string) => ({ header: 'x-api-key', secret });
  const before = { providers: { zai: { auth: auth('file:key') } } };
  const path = ['providers', 'zai', 'auth'];
  assert.deepEqual(refused(before, { kind: 'set', path, value: auth('file:/etc/shadow') }), [
    'providers.zai.auth.secret',
  ]);
  assert.deepEqual(refused(before, { kind: 'set', path: [...path, 'scheme'], value: 'Bearer' }), []);
  assert.deepEqual(refused(before, { kind: 'set', path, value: auth('env:ZAI_API_KEY') }), []);
});
