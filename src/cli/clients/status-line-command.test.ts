import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { batchScript, shellScript } from './status-line-command.ts';

const directory = mkdtempSync(join(tmpdir(), "switchyard-it's a line-"));
const sessions = join(directory, 'sessions');
mkdirSync(sessions);
const SESSION = '01234567-89ab-cdef-0123-456789abcdef';
writeFileSync(join(sessions, SESSION), 'haiku → glm-4.7 · $0.01\n');
writeFileSync(join(directory, 'secret'), 'not to be read\n');
const script = join(directory, 'line.sh');
writeFileSync(script, shellScript(sessions), { mode: 0o700 });
after(() => rmSync(directory, { recursive: true, force: true }));

const INPUTS: readonly [string, string, string][] = [
  ['its session', `{"session_id":"${SESSION}","model":{}}`, 'haiku → glm-4.7 · $0.01\n'],
  [
    'its session, with blanks and a line end',
    `{ "a": 1, "session_id": "${SESSION}" }\n`,
    'haiku → glm-4.7 · $0.01\n',
  ],
  ['a session nobody knows', '{"session_id":"11111111-89ab-cdef-0123-456789abcdef"}', ''],
  ['a session that names another file', '{"session_id":"../secret"}', ''],
  ['a command instead of a session', '{"session_id":"$(id)"}', ''],
  ['nothing', '', ''],
];

for (const [name, input, expected] of INPUTS)
  test(`the script of the status line, given ${name}`, () => {
    const { stdout, stderr, status } = spawnSync(
      '/bin/sh',
      ['-c', `'${script.replaceAll("'", String.raw`'\''`)}'`],
      {
        input,
        encoding: 'utf8',
      },
    );
    assert.deepEqual([stdout, stderr, status], [expected, '', 0]);
  });

test('the script for Windows looks for the session behind its name, and prints its file', () => {
  const lines = batchScript(String.raw`C:\Users\me\sessions`).split('\r\n');
  assert.ok(lines.includes('set "session=!rest:~3,36!"'));
  assert.ok(
    lines.includes(
      String.raw`if exist "C:\Users\me\sessions\!session!" type "C:\Users\me\sessions\!session!"`,
    ),
  );
});
