import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { changeValues } from './config-change.ts';
import { addEntry, chainEntries, inOrder, moveEntry, removeEntry, switchEntry } from './chain-changes.ts';
import { editYaml } from './edit-yaml.ts';

const FILE = `chain:
  entries:
    # Compresses prompts.
    - id: headroom
      name: Headroom # ours
    # Shortens what commands print.
    - { id: rtk, name: RTK, type: cli_wrapper }
tiers: { haiku: anthropic }
`;

const entries = [
  { id: 'headroom', name: 'Headroom' },
  { id: 'rtk', name: 'RTK', type: 'cli_wrapper' },
];

test('the list is made where there is none, and comments of the others stay', () => {
  const first = editYaml('# Mine.\n', [addEntry([], { id: 'a', name: 'A' })]);
  assert.deepEqual(first, {
    kind: 'edited',
    text: '# Mine.\nchain:\n  entries:\n    - id: a\n      name: A\n',
  });
  const more = editYaml(FILE, [addEntry(entries, { id: 'cpa', name: 'C' }), switchEntry(0, false)]);
  assert.ok(more.kind === 'edited');
  assert.match(
    more.text,
    /# Compresses prompts\.\n {4}- id: headroom\n {6}name: Headroom # ours\n {6}enabled: false\n/,
  );
  assert.match(more.text, /\{ id: rtk, name: RTK, type: cli_wrapper \}\n {4}- id: cpa\n {6}name: C\ntiers/);
  const less = editYaml(FILE, [removeEntry(0)]);
  assert.ok(less.kind === 'edited' && !less.text.includes('headroom') && less.text.includes('# Shortens'));
});

test('an entry is moved to any place, whether places are listed or written', () => {
  const list = fc.uniqueArray(
    fc.record({ id: fc.nat(99), order: fc.option(fc.integer(), { nil: undefined }) }),
    {
      selector: ({ id }) => id,
      minLength: 1,
      maxLength: 6,
    },
  );
  fc.assert(
    fc.property(list, fc.nat(), fc.nat(), (given, one, other) => {
      const raw = given.map(({ id, order }) => ({ id, ...(order === undefined ? {} : { order }) }));
      const [from, to] = [one % raw.length, other % raw.length];
      const moved = raw[from];
      const rest = inOrder(raw).filter((entry) => entry !== moved);
      const changes = moveEntry(raw, { from, to });
      const after = chainEntries(changes.reduce(changeValues, { chain: { entries: raw } }));
      const wanted = rest.toSpliced(to, 0, moved ?? {}).map(({ id }) => id);
      assert.deepEqual(
        inOrder(after).map(({ id }) => id),
        wanted,
      );
    }),
  );
});
