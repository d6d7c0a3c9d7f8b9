import type { Command } from 'commander';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import { connectContext } from '../clients/connect-context.ts';
import { wantedGateway } from '../clients/gateway-for-client.ts';
import { CommandError } from '../command-error.ts';
import { checkClients, checkShell } from '../doctor/check-clients.ts';
import { checkConfig, checkCredentials } from '../doctor/check-config.ts';
import { checkModes, checkNotes } from '../doctor/check-files.ts';
import { checkGateway } from '../doctor/check-gateway.ts';
import { checkDisk, checkNode, checkYear } from '../doctor/check-program.ts';
import { checkProviders } from '../doctor/check-providers.ts';
import { checkService } from '../doctor/check-service.ts';
import { hasFailed, type Finding } from '../doctor/finding.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { parsePort } from '../parse-port.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { openTerminal, toJson, type Environment, type Terminal } from '../terminal.ts';
import type { Color } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';

interface DoctorOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly offline?: boolean;
  readonly port?: number;
}

export function registerDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('looks at everything that could be wrong, and says what to do about each')
    .option('--fix', 'mend what is safe to mend: file modes, notes of gateways that are gone, stale receipts')
    .option('--offline', 'ask no provider')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (options: DoctorOptions) => {
      process.exitCode = await examine(options, openTerminal());
    });
}

async function examine(options: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  const findings = await findAll(options, terminal.environment);
  const mended = options.fix === true ? findings.filter(({ fix }) => fix !== undefined) : [];
  for (const { fix } of mended) fix?.();
  if (options.json === true) terminal.data(toJson(findings.map((finding) => asJson(finding, mended))));
  else
    for (const line of findings.flatMap((finding) => format(finding, mended, terminal))) terminal.data(line);
  return hasFailed(findings.filter((finding) => !mended.includes(finding))) ? EXIT.degraded : EXIT.ok;
}

async function findAll(options: DoctorOptions, environment: Environment): Promise<Finding[]> {
  const stateDirectory = stateDirectoryOf(environment);
  const loaded = await loadConfig({ flags: {}, environment });
  const isOnline = options.offline !== true && loaded.kind === 'valid';
  const url = await gatewayUrl(environment, options.port);
  return [
    checkNode(process.versions.node),
    checkYear(Date.now()),
    ...checkConfig(loaded),
    ...checkCredentials(loaded),
    ...checkModes({ configFile: loaded.file, stateDirectory, platform: process.platform }),
    checkNotes(stateDirectory),
    checkDisk(stateDirectory),
    ...(await checkGateway(environment, options.port, loaded)),
    ...(await checkService(environment)),
    ...(isOnline ? await checkProviders(loaded.snapshot, environment) : []),
    ...(url === undefined
      ? []
      : [...checkClients(connectContext(environment), url), ...checkShell(environment, url)]),
  ];
}

/** A configuration that cannot be used has no address, a gateway that does not answer none either; that is told already. */
async function gatewayUrl(environment: Environment, port: number | undefined): Promise<string | undefined> {
  try {
    return (await wantedGateway(environment, { port, tier: undefined })).view.url;
  } catch (error) {
    if (error instanceof CommandError || error instanceof AdminClientError) return undefined;
    throw error;
  }
}

const SIGNS = { ok: '●', warn: '◐', fail: '✕', skip: '○' } as const satisfies Record<
  Finding['status'],
  string
>;
const COLORS = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const satisfies Record<
  Finding['status'],
  Color
>;

function format(finding: Finding, mended: readonly Finding[], { paintData }: Terminal): string[] {
  const { check, status, what, next } = finding;
  const head = `${paintData(COLORS[status], `${SIGNS[status]} ${status.padEnd(4)}`)} ${check.padEnd(14)} ${printable(what, 400)}`;
  if (mended.includes(finding)) return [head, `${' '.repeat(22)}mended`];
  return next === undefined ? [head] : [head, `${' '.repeat(22)}${paintData('dim', `→ ${next}`)}`];
}

function asJson(finding: Finding, mended: readonly Finding[]): object {
  const { check, status, what, next, fix } = finding;
  return {
    check,
    status,
    what,
    next: next ?? null,
    fixable: fix !== undefined,
    fixed: mended.includes(finding),
  };
}
