import { posix } from 'node:path';
import type { ServiceCommandLine, ServicePlan, ServiceProgram } from './service-program.ts';
import { UnwritableService } from './service-program.ts';

const UNIT = 'switchyard.service';

/** How systemd runs the gateway: for this user (`systemctl --user`), or for the machine. */
export function systemdPlan(
  program: ServiceProgram,
  { configHome, lingers }: { readonly configHome: string; readonly lingers: boolean | undefined },
): ServicePlan {
  const { system, user } = program;
  const scope = system ? [] : ['--user'];
  const directory = system ? '/etc/systemd/system' : posix.join(configHome, 'systemd', 'user');
  return {
    system: 'systemd',
    file: { path: posix.join(directory, UNIT), text: systemdUnit(program), encoding: 'utf8' },
    clear: [],
    install: [
      ['systemctl', ...scope, 'daemon-reload'],
      ['systemctl', ...scope, 'enable', UNIT],
      ['systemctl', ...scope, 'restart', UNIT],
    ],
    uninstall: [['systemctl', ...scope, 'disable', '--now', UNIT]],
    forget: [['systemctl', ...scope, 'daemon-reload']],
    status: ['systemctl', ...scope, 'is-active', UNIT],
    notes: [
      `What it says: journalctl ${[...scope, '-u'].join(' ')} ${UNIT}`,
      ...(system || lingers === true
        ? []
        : [
            `It starts when you log in and ends when you log out. To have it from boot on, without login: loginctl enable-linger ${user}`,
          ]),
    ],
  };
}

/** The unit file. Three restarts in ten minutes, then it stays down and says so. */
export function systemdUnit({ node, words, environment, user, home, system }: ServiceProgram): string {
  const variables = Object.entries(environment).map(
    ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
  );
  // The colon keeps systemd from reading a dollar sign in a path as a variable.
  const [program, ...rest] = startable([node, ...words]);
  const command = [`:${quoted(program)}`, ...rest.map(quoted)].join(' ');
  const lines = [
    '[Unit]',
    'Description=Switchyard, a model gateway for coding agents',
    ...(system ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    'StartLimitIntervalSec=600',
    'StartLimitBurst=4',
    '',
    '[Service]',
    'Type=exec',
    ...(system ? [`User=${plain(user)}`] : []),
    `WorkingDirectory=${plain(home)}`,
    ...variables,
    `ExecStart=${command}`,
    'Restart=on-failure',
    'RestartSec=5',
    '# The gateway ends its helper services itself, after the last running answer.',
    'KillMode=mixed',
    'TimeoutStopSec=90',
    'NoNewPrivileges=yes',
    'UMask=0077',
    '',
    '[Install]',
    `WantedBy=${system ? 'multi-user.target' : 'default.target'}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** systemd starts no file whose name holds quotes, backslashes or control characters; `sh` does. */
function startable(command: ServiceCommandLine): ServiceCommandLine {
  const isOdd = /["'\\]|\p{Cc}/u.test(command[0]);
  return isOdd ? ['/bin/sh', '-c', 'exec "$@"', 'sh', ...command] : command;
}

/** systemd.syntax(7) and systemd.service(5): C escapes within quotes, and a percent sign begins a specifier. */
function quoted(word: string): string {
  refuseNul(word);
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll(/\p{Cc}/gu, asByte);
  return `"${escaped}"`;
}

/** Above ASCII an escape would be one byte of what UTF-8 writes as two. */
function asByte(sign: string): string {
  const code = sign.charCodeAt(0);
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : sign;
}

/** Settings that take one value are not unquoted: what could not stand there as it is must not. */
function plain(value: string): string {
  refuseNul(value);
  if (/[\n\r]|\\$|^\s|\s$/.test(value))
    throw new UnwritableService(`${JSON.stringify(value)} cannot stand in a unit file.`);
  return value.replaceAll('%', '%%');
}

function refuseNul(text: string): void {
  if (text.includes('\0')) throw new UnwritableService('A path holds a NUL character.');
}
