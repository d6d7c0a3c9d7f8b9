import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { assembleConfig } from '../src/config/layers/assemble.ts';
import { documentedVariables } from '../src/config/compat/variables.ts';
import { configJsonSchema, type JsonSchema } from '../src/config/schema/json-schema.ts';
import { DEFAULT_PROVIDER_CLOCKS, DEFAULT_VALUES } from '../src/config/defaults.ts';
import { valueAt } from '../src/config/layers/raw-value.ts';
import { generateConfigDocs } from './generate-config-docs.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const NOWHERE = { environment: { values: {}, files: new Map<string, string>() }, flags: {} };

test('the generated pages of the configuration are fresh; otherwise run npm run generate', () => {
  for (const { path, text } of generateConfigDocs()) assert.equal(read(path), text, path);
});

test('every field has a docstring', () => {
  const walk = (schema: JsonSchema, path: string): void => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      assert.ok((child.description ?? '').length > 10, `${path}.${key}`);
      walk(child, `${path}.${key}`);
    }
    for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(branch, path);
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, `${path}.<name>`);
    if (schema.items !== undefined) walk(schema.items, `${path}[]`);
  };
  walk(configJsonSchema(), '');
});

test('every default in a docstring is the default that holds', () => {
  const walk = (schema: JsonSchema, path: readonly string[]): void => {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      const place = [...path, key];
      if (child.default !== undefined)
        assert.deepEqual(valueAt(DEFAULT_VALUES, place), child.default, place.join('.'));
      walk(child, place);
    }
  };
  walk(configJsonSchema(), []);
  const provider = configJsonSchema().properties?.['providers']?.additionalProperties;
  assert.ok(typeof provider === 'object');
  const clocks = Object.entries(provider.properties?.['clocks']?.properties ?? {});
  assert.deepEqual(
    Object.fromEntries(clocks.map(([key, clock]) => [key, clock.default])),
    DEFAULT_PROVIDER_CLOCKS,
  );
});

test('every example in a docstring is accepted where it stands', () => {
  const wrap = (path: readonly string[], value: unknown): unknown =>
    path.reduceRight((inner, key) => (key === '[]' ? [inner] : { [key]: inner }), value);
  const walk = (schema: JsonSchema, path: readonly string[]): void => {
    for (const example of schema.examples ?? []) {
      const text = JSON.stringify(wrap(path, example));
      const { problems } = assembleConfig({ file: { path: 'x.yaml', text }, ...NOWHERE });
      const own = problems.filter((problem) => problem.message !== 'is missing');
      assert.deepEqual(own, [], text);
    }
    for (const [key, child] of Object.entries(schema.properties ?? {})) walk(child, [...path, key]);
    for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) walk(branch, path);
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, [...path, 'name']);
    if (schema.items !== undefined) walk(schema.items, [...path, '[]']);
  };
  walk(configJsonSchema(), []);
});

test('the example file is a valid configuration', () => {
  const { problems } = assembleConfig({
    file: { path: 'x.yaml', text: read('switchyard.example.yaml') },
    ...NOWHERE,
  });
  assert.deepEqual(problems, []);
});

test('every variable of .env.example is documented, and none is set there', () => {
  const text = read('.env.example');
  assert.deepEqual(Object.keys(parseEnv(text)), []);
  const known = documentedVariables().map(({ name }) => name);
  const named = [...text.matchAll(/^# ([A-Z_]+)=/gm)].map((match) => match[1] ?? '');
  assert.ok(named.length > 10);
  for (const name of named) assert.ok(known.includes(name), name);
});
