import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../commands.ts';
import { completionTable } from '../completion/completion-table.ts';
import { COMMAND_GROUPS, groupOf } from './command-groups.ts';
import { EXAMPLES } from './examples.ts';
import { loadProgram } from './load-program.ts';

const names = COMMANDS.map(({ name }) => name);
const table = completionTable(await loadProgram());

test('every command stands under one heading of the help, and has an example', () => {
  const headed = Object.values(COMMAND_GROUPS).flat();
  assert.deepEqual(
    names.filter((name) => groupOf(name) === undefined),
    [],
    'commands without a heading',
  );
  assert.equal(new Set(headed).size, headed.length, 'a command stands under two headings');
  assert.deepEqual(
    names.filter((name) => EXAMPLES[name] === undefined),
    [],
    'commands without an example',
  );
});

test('nothing is told of commands that do not exist', () => {
  const told = [...Object.values(COMMAND_GROUPS).flat(), ...Object.keys(EXAMPLES)];
  assert.deepEqual(
    told.filter((name) => !names.includes(name)),
    [],
  );
});

test('every example can be typed: its commands and flags exist', () => {
  for (const [name, examples] of Object.entries(EXAMPLES))
    for (const { words } of examples) {
      const [first, ...rest] = words.split(' -- ')[0]?.split(' ') ?? [];
      assert.equal(first, name, words);
      let place = name;
      for (const word of rest) {
        const offered = table.get(place) ?? [];
        const longer = `${place} ${word}`;
        if (table.has(longer)) place = longer;
        else if (word.startsWith('--'))
          assert.ok(
            offered.some((candidate) => candidate.word === word),
            words,
          );
      }
    }
});

test('on a narrow terminal descriptions stand below their commands, and no line of them is cut', async () => {
  const program = await loadProgram();
  program.configureOutput({ getOutHelpWidth: () => 60 });
  const [commands = ''] = program.helpInformation().split('\nFiles:');
  assert.match(commands, /\n {2}init \[options\]\n {6}the first run: looks around/);
  assert.deepEqual(
    commands.split('\n').filter((line) => line.length > 60),
    [],
  );
});
