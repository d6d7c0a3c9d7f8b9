import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fileState, installService, uninstallService, type RunCommand } from './apply-plan.ts';
import { launchdPlan, launchdPlist } from './launchd-plist.ts';
import { UnwritableService, type ServiceProgram } from './service-program.ts';
import { systemdPlan, systemdUnit } from './systemd-unit.ts';
import { windowsTask, windowsTaskPlan } from './windows-task.ts';
import { elements, parseXml } from './xml.test-data.ts';

const program: ServiceProgram = {
  node: '/opt/node 26/bin/node',
  words: ['/home/me/lib/switchyard.cjs', 'start', '--config', '/home/me/a "b" 50% $x.yaml'],
  environment: { PATH: '/usr/bin:/home/me/bin', SWITCHYARD_HOME: '/home/me/50%' },
  user: 'me',
  home: '/home/me',
  system: false,
};

test('the unit of systemd starts the gateway as it is, restarts it three times and lets it end its helpers', () => {
  assert.equal(
    systemdUnit(program),
    `[Unit]
Description=Switchyard, a model gateway for coding agents
StartLimitIntervalSec=600
StartLimitBurst=4

[Service]
Type=exec
WorkingDirectory=/home/me
Environment="PATH=/usr/bin:/home/me/bin"
Environment="SWITCHYARD_HOME=/home/me/50%%"
ExecStart=:"/opt/node 26/bin/node" "/home/me/lib/switchyard.cjs" "start" "--config" "/home/me/a \\"b\\" 50%% $x.yaml"
Restart=on-failure
RestartSec=5
# The gateway ends its helper services itself, after the last running answer.
KillMode=mixed
TimeoutStopSec=90
NoNewPrivileges=yes
UMask=0077

[Install]
WantedBy=default.target
`,
  );
  const machine = systemdUnit({ ...program, system: true });
  assert.match(machine, /^User=me$/m);
  assert.match(machine, /^After=network-online\.target$/m);
  assert.match(machine, /^WantedBy=multi-user\.target$/m);
});

test('who does not linger is told that the service ends with the login, and what to type', () => {
  const notes = (lingers: boolean | undefined, system = false) =>
    systemdPlan({ ...program, system }, { configHome: '/home/me/.config', lingers }).notes.join('\n');
  assert.match(notes(false), /loginctl enable-linger me/);
  assert.match(notes(undefined), /loginctl enable-linger me/);
  assert.doesNotMatch(notes(true), /linger/);
  assert.doesNotMatch(notes(false, true), /linger/);
});

/** As systemd.syntax(7) reads a command line: quotes, C escapes, specifiers. */
function readAsSystemdDoes(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, inner = '']) =>
    inner
      .replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code: string | undefined, sign: string) =>
        code === undefined ? sign : String.fromCharCode(Number.parseInt(code, 16)),
      )
      .replaceAll('%%', '%'),
  );
}

const anyPath = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'));

test('whatever a path holds, systemd reads the same words', () => {
  fc.assert(
    fc.property(anyPath, fc.array(anyPath), (node, words) => {
      const unit = systemdUnit({ ...program, node, words });
      const line = /^ExecStart=:(.*)$/m.exec(unit)?.[1] ?? assert.fail('no command');
      const read = readAsSystemdDoes(line);
      const start = read[0] === '/bin/sh' && node !== '/bin/sh' ? 4 : 0;
      assert.deepEqual(read.slice(start), [node, ...words]);
    }),
  );
});

test('systemd itself finds nothing wrong with the unit, odd paths included', () => {
  if (!existsSync('/usr/bin/systemd-analyze')) return; // Another system: its text is compared above.
  const directory = mkdtempSync(join(tmpdir(), `switch yard 50% "q" $HOME `));
  try {
    const odd = join(directory, 'no de');
    writeFileSync(odd, '#!/bin/sh\n', { mode: 0o755 });
    const plain = join(tmpdir(), 'switchyard plain 50%');
    writeFileSync(plain, '#!/bin/sh\n', { mode: 0o755 });
    for (const [system, node] of [
      [false, odd],
      [true, odd],
      [false, plain],
    ] as const) {
      const file = join(directory, 'switchyard.service');
      writeFileSync(file, systemdUnit({ ...program, node, home: directory, user: 'root', system }));
      const { status, stderr } = spawnSync(
        'systemd-analyze',
        ['verify', ...(system ? [] : ['--user']), file],
        {
          encoding: 'utf8',
          env: { ...process.env, XDG_RUNTIME_DIR: directory, HOME: directory },
        },
      );
      const about = stderr.split('\n').filter((line) => line.includes('switchyard.service'));
      assert.deepEqual([status, about], [0, []], stderr);
    }
  } finally {
    rmSync(directory, { recursive: true });
    rmSync(join(tmpdir(), 'switchyard plain 50%'), { force: true });
  }
});

test('the property list of launchd starts the same program, and again when it fails', () => {
  const plist = launchdPlist({ ...program, environment: { PATH: '/a&b' } }, '/home/me/logs/<x>.log');
  const root = parseXml(plist);
  const strings = elements(root, 'string').map(({ text }) => text);
  assert.deepEqual(strings, [
    'local.switchyard',
    program.node,
    ...program.words,
    '/home/me',
    '/a&b',
    '/home/me/logs/<x>.log',
    '/home/me/logs/<x>.log',
    '/home/me/logs/<x>.log',
  ]);
  const keys = elements(root, 'key').map(({ text }) => text);
  assert.deepEqual(keys.slice(4, 9), [
    'PATH',
    'SWITCHYARD_LOG_FILE',
    'RunAtLoad',
    'KeepAlive',
    'SuccessfulExit',
  ]);
  const machine = launchdPlan({ ...program, system: true }, { userId: 501, logFile: '/x' });
  assert.equal(machine.file.path, '/Library/LaunchDaemons/local.switchyard.plist');
  assert.match(machine.file.text, /<key>UserName<\/key>\s+<string>me<\/string>/);
  const own = launchdPlan(program, { userId: 501, logFile: '/x' });
  assert.deepEqual(own.install[0], [
    'launchctl',
    'bootstrap',
    'gui/501',
    '/home/me/Library/LaunchAgents/local.switchyard.plist',
  ]);
});

test('the task of Windows starts at boot without a login, three times again, under the name people know', () => {
  const windows = {
    ...program,
    node: 'C:\\Program Files\\node.exe',
    words: ['C:\\s y\\x.cjs', 'start', '--log-file', 'C:\\l&g\\'],
  };
  const root = parseXml(windowsTask({ ...windows, user: 'PC\\me', home: 'C:\\Users\\me' }));
  const only = (name: string) => elements(root, name).map(({ text }) => text);
  assert.deepEqual(only('LogonType'), ['S4U']);
  assert.deepEqual(only('UserId'), ['PC\\me']);
  assert.equal(elements(root, 'BootTrigger').length, 1);
  assert.deepEqual(
    [only('Interval'), only('Count'), only('ExecutionTimeLimit')],
    [['PT1M'], ['3'], ['PT0S']],
  );
  assert.deepEqual(only('Command'), ['C:\\Program Files\\node.exe']);
  assert.deepEqual(only('Arguments'), ['"C:\\s y\\x.cjs" "start" "--log-file" "C:\\l&g\\\\"']);
  const plan = windowsTaskPlan(windows, { stateDirectory: 'C:\\state', logFile: 'C:\\logs\\proxy.log' });
  assert.deepEqual(plan.install[0], [
    'schtasks',
    '/Create',
    '/TN',
    'Claude Code Proxy Auto-Start',
    '/XML',
    'C:\\state\\autostart-task.xml',
    '/F',
  ]);
});

test('whatever a path holds, both XML files read the same, or are not written', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
      const given = { ...program, words };
      try {
        const plist = elements(parseXml(launchdPlist(given, '/x')), 'array')[0]?.children.map(
          ({ text }) => text,
        );
        assert.deepEqual(plist, [program.node, ...words]);
        assert.equal(elements(parseXml(windowsTask(given)), 'Arguments').length, 1);
      } catch (error) {
        if (!(error instanceof UnwritableService)) throw error;
      }
    }),
  );
});

test('what other parsers say of the XML', () => {
  if (spawnSync('python3', ['-c', 'import plistlib']).status !== 0) return; // None is here.
  const script =
    'import plistlib,sys,json;print(json.dumps(plistlib.loads(sys.stdin.buffer.read())["ProgramArguments"]))';
  const read = execFileSync('python3', ['-c', script], {
    input: launchdPlist(program, '/x'),
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(read), [program.node, ...program.words]);
  const task = Buffer.from(`\ufeff${windowsTask(program)}`, 'utf16le');
  const parse = 'import sys,xml.dom.minidom;xml.dom.minidom.parseString(sys.stdin.buffer.read())';
  execFileSync('python3', ['-c', parse], { input: task });
});

test('a service is written and taken up, and removed again with nothing left', async () => {
  const home = mkdtempSync(join(tmpdir(), 'switchyard-service-'));
  try {
    const plan = systemdPlan({ ...program, home }, { configHome: join(home, '.config'), lingers: true });
    const ran: string[] = [];
    const run: RunCommand = async (command) => {
      ran.push(command.join(' '));
      return { command, said: '', ok: true };
    };
    assert.equal(fileState(plan.file), 'missing');
    await installService(plan, run);
    assert.equal(fileState(plan.file), 'current');
    assert.equal(readFileSync(plan.file.path, 'utf8'), plan.file.text);
    await uninstallService(plan, run);
    assert.equal(fileState(plan.file), 'missing');
    assert.deepEqual(ran, [
      'systemctl --user daemon-reload',
      'systemctl --user enable switchyard.service',
      'systemctl --user restart switchyard.service',
      'systemctl --user disable --now switchyard.service',
      'systemctl --user daemon-reload',
    ]);
    mkdirSync(join(home, 'x'));
    const broken: RunCommand = async (command) => ({ command, said: 'no bus', ok: false });
    assert.equal((await installService(plan, broken)).length, 1);
  } finally {
    rmSync(home, { recursive: true });
  }
});
