import { posix } from 'node:path';
import type { ServicePlan, ServiceProgram } from './service-program.ts';
import { xmlText } from './xml-text.ts';

const LABEL = 'local.switchyard';

/** How launchd runs the gateway: as an agent of this user from login on, or as a daemon of the machine from boot on. */
export function launchdPlan(
  program: ServiceProgram,
  { userId, logFile }: { readonly userId: number; readonly logFile: string },
): ServicePlan {
  const { system, home } = program;
  const directory = system ? '/Library/LaunchDaemons' : posix.join(home, 'Library', 'LaunchAgents');
  const path = posix.join(directory, `${LABEL}.plist`);
  const domain = system ? 'system' : `gui/${userId}`;
  return {
    system: 'launchd',
    file: { path, text: launchdPlist(program, logFile), encoding: 'utf8' },
    // A label that is taken up already cannot be taken up again.
    clear: [['launchctl', 'bootout', `${domain}/${LABEL}`]],
    install: [
      ['launchctl', 'bootstrap', domain, path],
      ['launchctl', 'enable', `${domain}/${LABEL}`],
    ],
    uninstall: [['launchctl', 'bootout', `${domain}/${LABEL}`]],
    forget: [],
    status: ['launchctl', 'print', `${domain}/${LABEL}`],
    notes: [
      `What it says: ${logFile}`,
      ...(system
        ? []
        : [
            'It starts when you log in. From boot on, without login: the same command with --system, as root.',
          ]),
    ],
  };
}

/** The property list. launchd counts no restarts; it waits ten seconds between them. */
export function launchdPlist(program: ServiceProgram, logFile: string): string {
  const { node, words, environment, user, home, system } = program;
  // launchd appends to its log and never begins a new one: the gateway does.
  const told = { ...environment, SWITCHYARD_LOG_FILE: logFile };
  const variables = Object.entries(told).flatMap(([name, value]) => [key(name), string(value)]);
  const body = [
    key('Label'),
    string(LABEL),
    key('ProgramArguments'),
    element('array', [node, ...words].map(string)),
    ...(system ? [key('UserName'), string(user)] : []),
    key('WorkingDirectory'),
    string(home),
    key('EnvironmentVariables'),
    element('dict', variables),
    key('RunAtLoad'),
    '<true/>',
    key('KeepAlive'),
    element('dict', [key('SuccessfulExit'), '<false/>']),
    key('ThrottleInterval'),
    '<integer>10</integer>',
    key('ExitTimeOut'),
    '<integer>90</integer>',
    key('Umask'),
    '<integer>63</integer>',
    key('StandardOutPath'),
    string(logFile),
    key('StandardErrorPath'),
    string(logFile),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    element('dict', body),
    '</plist>',
    '',
  ].join('\n');
}

function key(name: string): string {
  return `<key>${xmlText(name)}</key>`;
}

function string(text: string): string {
  return `<string>${xmlText(text)}</string>`;
}

function element(name: string, children: readonly string[]): string {
  if (children.length === 0) return `<${name}/>`;
  const inner = children.join('\n').replaceAll(/^(?=.)/gm, '  ');
  return `<${name}>\n${inner}\n</${name}>`;
}
