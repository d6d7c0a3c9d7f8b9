import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createHome } from '../cli-harness.test-data.ts';
import { COMMANDS } from '../commands.ts';
import { SHELLS } from './shell-scripts.ts';

const home = await createHome();
after(async () => home.remove());

const scripts = new Map<string, string>();
for (const shell of SHELLS) {
  const { stdout, stderr, code } = await home.run(['completion', shell]);
  assert.equal(code, 0, stderr);
  writeFileSync(join(home.path, `completion.${shell}`), stdout);
  scripts.set(shell, stdout);
}

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

test('every command is offered in every shell', () => {
  for (const [shell, script] of scripts)
    for (const { name } of COMMANDS) assert.match(script, new RegExp(`\\b${name}\\b`), `${shell}: ${name}`);
});

test('a shell that is none is refused with the names of those that are', async () => {
  const { code, stderr } = await home.run(['completion', 'cmd']);
  assert.equal(code, 2);
  assert.match(stderr, /bash, zsh, fish, pwsh/);
});

/** What bash offers after these words, the last one being typed. */
function bashOffers(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `source "$1"; COMP_WORDS=(switchyard ${line}); COMP_CWORD=${words.length}; _switchyard; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', script, 'bash', join(home.path, 'completion.bash')],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter(Boolean);
}

test(
  'bash completes commands, commands below commands, choices and flags',
  { skip: !isInstalled('bash') },
  () => {
    const begun = bashOffers('sta');
    assert.ok(begun.includes('start') && begun.includes('status') && !begun.includes('stop'));
    assert.ok(bashOffers('config', '').includes('check'));
    assert.ok(bashOffers('run', '').includes('claude'));
    assert.deepEqual(bashOffers('start', '--po'), ['--port']);
    assert.ok(bashOffers('config', 'check', '--').includes('--help'));
  },
);

test('fish completes the same', { skip: !isInstalled('fish') }, () => {
  mkdirSync(join(home.path, 'fish'), { recursive: true });
  const offers = (line: string): string[] => {
    const script = `source "${join(home.path, 'completion.fish')}"; complete -C "${line}"`;
    const { stdout, stderr, status } = spawnSync('fish', ['--no-config', '-c', script], {
      encoding: 'utf8',
      env: { ...process.env, HOME: home.path },
    });
    assert.equal(status, 0, stderr);
    return stdout.split('\n').map((row) => row.split('\t')[0] ?? '');
  };
  assert.ok(offers('switchyard sta').includes('start'));
  assert.ok(offers('switchyard config ').includes('check'));
  assert.ok(offers('switchyard start --po').includes('--port'));
});

test('zsh reads the script and knows who completes', { skip: !isInstalled('zsh') }, () => {
  const script = `autoload -Uz compinit && compinit -D -u && source "$1" && print -- "$_comps[switchyard]"`;
  const { stdout, stderr, status } = spawnSync(
    'zsh',
    ['-f', '-c', script, 'zsh', join(home.path, 'completion.zsh')],
    {
      encoding: 'utf8',
      env: { ...process.env, HOME: home.path },
    },
  );
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trim(), '_switchyard');
});

test('PowerShell gets one table of places and their words', () => {
  const script = scripts.get('pwsh') ?? '';
  assert.match(script, /^Register-ArgumentCompleter -Native -CommandName switchyard -ScriptBlock \{$/m);
  assert.match(script, /^ {4}'config' = @\(.*@\('check', '[^']+'\)/m);
  assert.equal((script.match(/'/g) ?? []).length % 2, 0, 'every quote is closed');
});
