import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { RawObject } from '../layers/raw-value.ts';
import { changeValues } from './config-change.ts';
import { diffValues } from './diff-values.ts';
import { editYaml, read } from './edit-yaml.ts';

const tree = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.jsonValue({ maxDepth: 2 }), {
  noNullPrototype: true,
});

/** Mappings have no order of their own in a configuration, except where they are new. */
const sorted = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : each,
    ),
  );

test('the changes make the one tree into the other', () => {
  fc.assert(
    fc.property(tree, tree, (one, other) => {
      // What the generator makes is JSON.
      const [before, after] = [one as RawObject, other as RawObject];
      const changed = diffValues(before, after).reduce(changeValues, before);
      assert.deepEqual(sorted(changed), sorted(after));
    }),
  );
});

test('in a file, only what differs is touched', () => {
  const file = `chain:
  entries:
    # Compresses prompts.
    - name: headroom
      port: 8787 # its usual port
      enabled: true
    # Lends a login.
    - name: cliproxy
      port: 8317
`;
  const before = read(file) ?? {};
  const after = {
    chain: {
      entries: [
        { name: 'headroom', port: 8787, enabled: false },
        { name: 'cliproxy', port: 8317 },
        { name: 'new', port: 1 },
      ],
    },
  };
  const edited = editYaml(file, diffValues(before, after));
  assert.ok(edited.kind === 'edited');
  assert.equal(
    edited.text,
    `${file.replace('enabled: true', 'enabled: false')}    - name: new\n      port: 1\n`,
  );
});
