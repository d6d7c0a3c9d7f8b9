import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { SHELLS } from '../shell-lines.ts';
import { shellFunctions, STOCK_UNSETS } from './shell-functions.ts';

const directory = mkdtempSync(join(tmpdir(), "switchyard shell's-"));
const program = join(directory, 'our program');
after(() => rmSync(directory, { recursive: true, force: true }));

/** Both say how they were called; the client also what it was left. */
writeFileSync(program, '#!/bin/sh\nprintf "%s|" ours "$@"\n');
writeFileSync(
  join(directory, 'claude'),
  `#!/bin/sh\nprintf "%s|" claude "$@" ${STOCK_UNSETS.map((name) => `"\${${name}-unset}"`).join(' ')} "$KEPT"\n`,
);
for (const file of [program, join(directory, 'claude')]) chmodSync(file, 0o755);

const REAL_SHELLS = [
  { shell: 'bash', words: ['--norc', '-c'] },
  { shell: 'zsh', words: ['-f', '-c'] },
  { shell: 'fish', words: ['--no-config', '-c'] },
] as const;

const CALLS: readonly [string, string][] = [
  ['cz', 'ours|run|claude|'],
  ["cz haiku -- -p 'two words'", 'ours|run|claude|haiku|--|-p|two words|'],
  ['qw', 'ours|run|qwen|'],
  ['oc sonnet', 'ours|run|opencode|sonnet|'],
  ['ccc-ok', 'ours|ok|'],
  ['ccc-restart 8083', 'ours|restart|8083|'],
  ["stock -p 'two words'", 'claude|-p|two words|unset|unset|unset|unset|kept|'],
  ['ccc-stock', 'claude|unset|unset|unset|unset|kept|'],
];

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

for (const { shell, words } of REAL_SHELLS)
  for (const [call, expected] of CALLS)
    test(`${shell}: ${call}`, { skip: !isInstalled(shell) }, () => {
      const script = `${shellFunctions(shell, [program])}\n${call}\necho; echo "$HTTPS_PROXY"`;
      const { stdout, stderr } = spawnSync(shell, [...words, script], {
        encoding: 'utf8',
        env: {
          PATH: [directory, process.env['PATH'] ?? ''].join(delimiter),
          KEPT: 'kept',
          ...Object.fromEntries(STOCK_UNSETS.map((name) => [name, `was ${name}`])),
        },
      });
      assert.deepEqual([stdout, stderr], [`${expected}\nwas HTTPS_PROXY\n`, '']);
    });

test('PowerShell gets functions that give the variables back', () => {
  const script = shellFunctions('pwsh', ['C:\\Program Files\\node.exe', "C:\\it's\\switchyard.cjs"]);
  assert.match(
    script,
    /^function cz { & 'C:\\Program Files\\node\.exe' 'C:\\it''s\\switchyard\.cjs' run claude @args }$/m,
  );
  assert.match(
    script,
    /foreach \(\$name in 'ANTHROPIC_BASE_URL', 'HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS', 'ANTHROPIC_AUTH_TOKEN'\)/,
  );
  assert.match(script, /finally { foreach/);
});

test('every shell gets every name', () => {
  for (const shell of SHELLS)
    for (const name of ['cz', 'qw', 'oc', 'stock', 'ccc-ok', 'ccc-restart', 'ccc-stock'])
      assert.match(shellFunctions(shell, ['switchyard']), new RegExp(`^(function )?${name}\\b`, 'm'));
});
