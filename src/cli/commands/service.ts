import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  fileState,
  installService,
  runSystemCommand,
  uninstallService,
  type CommandOutcome,
} from '../../services/apply-plan.ts';
import {
  UnwritableService,
  type ServiceCommandLine,
  type ServicePlan,
} from '../../services/service-program.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import { joinWords } from '../../lib/split-command.ts';
import { CommandError } from '../command-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { findGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { lostSecrets, planService, type ServiceChoice } from '../service/service-plan.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface ServiceOptions extends ServiceChoice {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function registerServiceCommand(program: Command): void {
  const service = program
    .command('service')
    .description('has the operating system start the gateway and start it again when it fails');
  const add = (name: string, description: string): Command =>
    service
      .command(name)
      .description(description)
      .option('--system', 'for the whole machine, from boot on, instead of for this user')
      .option('--config <path>', 'with this configuration file')
      .option('--port <number>', 'on this port', parsePort)
      .option('--log <path>', 'log into this file');
  add('install', 'writes the service and starts it')
    .option('--dry-run', 'show what would be written and run, and do nothing')
    .action((options: ServiceOptions) => act(options, install));
  add('uninstall', 'stops the service and takes it away')
    .option('--dry-run', 'show what would be run, and do nothing')
    .action((options: ServiceOptions) => act(options, uninstall));
  add('status', 'whether the service is there and runs')
    .option('--json', 'as JSON, on stdout')
    .action((options: ServiceOptions) => act(options, showStatus));
}

type Act = (plan: ServicePlan, options: ServiceOptions, terminal: Terminal) => Promise<ExitCode>;

async function act(given: ServiceOptions, run: Act): Promise<void> {
  const options: ServiceOptions = {
    ...given,
    ...(given.config === undefined ? {} : { config: resolve(given.config) }),
    ...(given.log === undefined ? {} : { log: resolve(given.log) }),
  };
  const terminal = openTerminal();
  process.exitCode = await run(planOrExplain(options, terminal), options, terminal);
}

function planOrExplain(options: ServiceOptions, { environment }: Terminal): ServicePlan {
  try {
    return planService(options, environment);
  } catch (error) {
    if (!(error instanceof UnwritableService)) throw error;
    throw new CommandError(
      { exitCode: EXIT.failure, what: 'the service cannot be written', why: error.message },
      error,
    );
  }
}

async function install(plan: ServicePlan, options: ServiceOptions, terminal: Terminal): Promise<ExitCode> {
  const warnings = [
    ...(await unservable(options, terminal)),
    ...(await lostSecrets(options, terminal.environment)),
  ];
  if (options.dryRun) {
    terminal.data(`# ${plan.file.path}`);
    terminal.data(plan.file.text.trimEnd());
    for (const command of plan.install) terminal.data(`# then: ${joinWords(command)}`);
    for (const text of [...warnings, ...plan.notes]) terminal.note(text);
    return EXIT.ok;
  }
  requireRoot(options);
  await refuseBroken(options, terminal);
  await refuseSecond(options, terminal);
  const outcomes = await installService(plan, runSystemCommand);
  terminal.note(`written: ${plan.file.path}`);
  const failed = outcomes.find(({ ok }) => !ok);
  if (failed !== undefined) throw refused(plan, failed, plan.install.slice(outcomes.length - 1));
  for (const { command } of outcomes) terminal.note(`done: ${joinWords(command)}`);
  for (const text of [...warnings, ...plan.notes]) terminal.note(text);
  return EXIT.ok;
}

async function uninstall(plan: ServicePlan, options: ServiceOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.dryRun) {
    for (const command of plan.uninstall) terminal.data(joinWords(command));
    terminal.data(`# then removed: ${plan.file.path}`);
    for (const command of plan.forget) terminal.data(joinWords(command));
    return EXIT.ok;
  }
  requireRoot(options);
  if (fileState(plan.file) === 'missing') {
    terminal.note(`no service is installed: ${plan.file.path} is not there`);
    return EXIT.ok;
  }
  for (const { ok, command, said } of await uninstallService(plan, runSystemCommand))
    terminal.note(
      `${ok ? 'done' : 'not done'}: ${joinWords(command)}${ok || said === '' ? '' : ` (${said})`}`,
    );
  terminal.note(`removed: ${plan.file.path}`);
  return EXIT.ok;
}

async function showStatus(
  plan: ServicePlan,
  { json }: ServiceOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { system, file, status, notes } = plan;
  const state = fileState(file);
  const asked = state === 'missing' ? undefined : await runSystemCommand(status);
  const exitCode = asked?.ok === true ? EXIT.ok : EXIT.notRunning;
  if (json) {
    const told = { installed: state !== 'missing', running: asked?.ok === true, said: asked?.said ?? '' };
    terminal.data(toJson({ system, file: file.path, ...told, up_to_date: state === 'current' }));
    return exitCode;
  }
  if (asked === undefined) {
    terminal.data(`not installed: ${file.path} is not there`);
    return exitCode;
  }
  const { ok, said } = asked;
  terminal.data(`installed with ${system}: ${file.path}`);
  if (state === 'other')
    terminal.data(
      'with other settings than it would be written with now   (switchyard service install writes it anew)',
    );
  terminal.data(ok ? 'running' : `not running: ${said.split('\n')[0] ?? ''}`);
  for (const text of notes) terminal.note(text);
  return exitCode;
}

function requireRoot({ system }: ServiceOptions): void {
  if (system !== true || process.platform === 'win32' || process.getuid?.() === 0) return;
  throw new CommandError({
    exitCode: EXIT.authenticationNeeded,
    what: 'a service of the whole machine is written by root',
    next: 'sudo env "PATH=$PATH" switchyard service install --system   or look first: --dry-run',
  });
}

/** Why a gateway with these options would not start; the system would try it a few times and then leave it. */
async function unservable({ config, port }: ServiceOptions, { environment }: Terminal): Promise<string[]> {
  const { kind, problems } = await loadConfig({ flags: { config, port }, environment });
  if (kind === 'valid') return [];
  return problems.filter(({ severity }) => severity === 'error').map(formatProblem);
}

async function refuseBroken(options: ServiceOptions, terminal: Terminal): Promise<void> {
  const reasons = await unservable(options, terminal);
  if (reasons.length === 0) return;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: 'a gateway with this configuration would not start, and a service neither',
    why: reasons.join('\n'),
    next: 'correct it, then: switchyard config check',
  });
}

/** The service would find the port taken and give up, while everything seems to be well. */
async function refuseSecond({ port }: ServiceOptions, { environment }: Terminal): Promise<void> {
  const running = await findGateway(environment, port);
  if (running === undefined || running.note === undefined) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `a gateway runs already: ${running.url} (pid ${running.note.pid})`,
    why: 'The service needs its port.',
    next: 'switchyard stop, then the same command again; switchyard service status if it is the service itself',
  });
}

function refused(
  plan: ServicePlan,
  { said }: CommandOutcome,
  left: readonly ServiceCommandLine[],
): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${plan.file.path} is written, but ${plan.system} did not take it`,
    why: said,
    next: left.map((command) => joinWords(command)).join('\n'),
  });
}
