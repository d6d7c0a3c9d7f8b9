import { connect } from 'node:net';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import type { LoadedConfig } from '../../config-io/load-config.ts';
import type { Status } from '../../contract/status.ts';
import { CommandError } from '../command-error.ts';
import { findGateway, statusOf } from '../find-gateway.ts';
import type { Environment } from '../terminal.ts';
import type { Finding } from './finding.ts';

const TIMEOUT_MS = 1_000;

/** The gateway that runs; where none does, whether its port is free. */
export async function checkGateway(
  environment: Environment,
  port: number | undefined,
  loaded: LoadedConfig,
): Promise<Finding[]> {
  const gateway = await findGateway(environment, port);
  if (gateway === undefined) return [await checkPort(loaded, port)];
  const status = await statusOf(gateway).catch(whyNot);
  if ('check' in status) return [status];
  return [
    { check: 'gateway', status: 'ok', what: `${gateway.url} serves, version ${status.version}` },
    sameConfiguration(status, loaded),
    ledgerFinding(status),
    ...chainFindings(status),
  ];
}

/** A gateway that runs and does not answer as it should is what doctor is there to tell. */
function whyNot(error: unknown): Finding {
  const isTold = error instanceof AdminClientError || error instanceof CommandError;
  if (!isTold) throw error;
  return {
    check: 'gateway',
    status: 'fail',
    what: error.message,
    next: 'switchyard logs, then switchyard restart',
  };
}

async function checkPort({ kind, snapshot }: LoadedConfig, port: number | undefined): Promise<Finding> {
  const wanted = port ?? (kind === 'valid' ? snapshot.server.listen[0]?.port : undefined);
  const next = 'switchyard start -d';
  const idle: Finding = { check: 'gateway', status: 'warn', what: 'none is running', next };
  if (wanted === undefined || wanted === 0 || !(await isTaken(wanted))) return idle;
  return {
    check: 'gateway',
    status: 'fail',
    what: `none is running, and port ${wanted} belongs to another program`,
    next: 'end that program, or: switchyard start -d --port 0',
  };
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });
}

function sameConfiguration({ configuration, reload }: Status, loaded: LoadedConfig): Finding {
  const check = 'running config';
  if (reload.refused !== null)
    return {
      check,
      status: 'fail',
      what: `the file was refused: ${reload.refused.reasons[0] ?? ''}`,
      next: 'switchyard config check',
    };
  if (reload.needs_restart.length > 0)
    return {
      check,
      status: 'warn',
      what: `these settings wait for a restart: ${reload.needs_restart.join(', ')}`,
      next: 'switchyard restart',
    };
  const own = loaded.kind === 'valid' ? loaded.snapshot.version : undefined;
  return own === undefined || own === configuration.version
    ? { check, status: 'ok', what: `version ${configuration.version}` }
    : {
        check,
        status: 'warn',
        what: 'it was started with other flags or variables than this shell has',
        next: 'switchyard config show --provenance',
      };
}

function ledgerFinding({ ledger }: Status): Finding {
  const lost = ledger.dropped_rows > 0 ? `, ${ledger.dropped_rows} records are lost` : '';
  const what = `${ledger.state}${ledger.reason === '' ? '' : `: ${ledger.reason}`}${lost}`;
  const isWell = ['ready', 'starting', 'off'].includes(ledger.state) && lost === '';
  return isWell
    ? { check: 'ledger', status: 'ok', what }
    : { check: 'ledger', status: 'fail', what, next: 'switchyard logs' };
}

function chainFindings({ paused, left_alone: leftAlone }: Status): Finding[] {
  return [
    ...paused.map((name): Finding => ({
      check: 'providers',
      status: 'warn',
      what: `${name} is paused by hand`,
      next: `switchyard resume ${name}`,
    })),
    ...(leftAlone === 0
      ? []
      : [
          {
            check: 'breakers',
            status: 'warn',
            what: `${leftAlone} targets are left alone`,
            next: 'switchyard breakers',
          } satisfies Finding,
        ]),
  ];
}
