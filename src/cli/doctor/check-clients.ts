/** Whether connected clients still point at the gateway: receipts against files, and what leads past both. */
import { ConnectRefused } from '../../connect/connect-refused.ts';
import {
  currentValues,
  ineffectiveFiles,
  isChange,
  planDisconnection,
  type ConnectContext,
} from '../../connect/connection.ts';
import { CLIENT_SETUPS } from '../../connect/registry.ts';
import type { ClientSetup } from '../../connect/client-setup.ts';
import { leadsTo, leadsToRemote } from '../clients/leads-to.ts';
import type { Environment } from '../terminal.ts';
import type { Finding } from './finding.ts';

/** Variables that send a client somewhere, whatever its settings say. */
const BASE_URLS = ['ANTHROPIC_BASE_URL', 'OPENAI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'] as const;

export function checkClients(context: ConnectContext, url: string): Finding[] {
  const findings = CLIENT_SETUPS.flatMap((setup) => checkClient(setup, context, url));
  return findings.length > 0
    ? findings
    : [{ check: 'clients', status: 'ok', what: 'none is connected; switchyard run CLIENT needs none to be' }];
}

function checkClient(setup: ClientSetup, context: ConnectContext, url: string): Finding[] {
  const check = 'clients';
  try {
    const receipt = context.receipts.read(setup.name);
    if (receipt === undefined) return [];
    const values = currentValues(setup, context);
    const remarks = setup.remarks(values).map((what): Finding => ({
      check,
      status: 'warn',
      what: `${setup.title}: ${what}`,
      next: `docs/clients/${setup.name}.md`,
    }));
    const ineffective = ineffectiveFiles(setup, context).map((what): Finding => ({
      check,
      status: 'fail',
      what,
      next: `take them out, or: switchyard run ${setup.name}`,
    }));
    return [...ineffective, drift(setup, { context, url, pointsAt: setup.pointsAt(values) }), ...remarks];
  } catch (error) {
    if (!(error instanceof ConnectRefused)) throw error;
    return [{ check, status: 'fail', what: error.message, next: error.remedy }];
  }
}

interface Pointing {
  readonly context: ConnectContext;
  readonly url: string;
  readonly pointsAt: string | undefined;
}

function drift({ name, title }: ClientSetup, { context, url, pointsAt }: Pointing): Finding {
  const check = 'clients';
  const isRight =
    pointsAt !== undefined &&
    (leadsTo(pointsAt, url) || leadsToRemote(pointsAt, context.receipts.read(name)?.gateway));
  if (isRight) return { check, status: 'ok', what: `${title} points at ${pointsAt}` };
  const left = planDisconnection(name, context)?.changes ?? [];
  const isGone =
    pointsAt === undefined &&
    left.every((change) => change.after === undefined || !isChange({ changes: [change] }));
  if (isGone)
    return {
      check,
      status: 'warn',
      what: `${title} was connected, but its settings no longer say so`,
      next: `switchyard connect ${name}`,
      fix: () => context.receipts.forget(name),
    };
  return {
    check,
    status: 'fail',
    what: `${title} points at ${pointsAt ?? 'no gateway'}, and the gateway is at ${url}`,
    next: `switchyard connect ${name}`,
  };
}

export function checkShell(environment: Environment, url: string): Finding[] {
  const bypasses = CLIENT_SETUPS.flatMap(({ bypasses: names }) => names);
  const clouds = [...new Set(bypasses)].filter(
    (name) => !name.endsWith('_BASE_URL') && environment[name] !== undefined && environment[name] !== '',
  );
  const urls = BASE_URLS.filter((name) => {
    const value = environment[name];
    return value !== undefined && value !== '' && !leadsTo(value, url);
  });
  if (clouds.length + urls.length === 0)
    return [{ check: 'shell', status: 'ok', what: 'no variable leads past the gateway' }];
  return [...clouds, ...urls].map((name) => ({
    check: 'shell',
    status: 'warn',
    what: `${name} is set in this shell and leads clients past the gateway`,
    next: `unset ${name}`,
  }));
}
