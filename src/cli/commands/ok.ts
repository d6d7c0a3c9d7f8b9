import type { Command } from 'commander';
import { assertNever } from '../../lib/assert-never.ts';
import { formatCost, formatTiming, formatTokens } from '../../telemetry/format-quantity.ts';
import { printable } from '../../telemetry/printable.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway, statusOf } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { sendProbe, type ProbeResult } from '../probe/send-probe.ts';
import { findStored, type StoredProof } from '../probe/stored-proof.ts';
import { tierProbes, type TierProbe } from '../probe/tier-probes.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface OkOptions {
  readonly port?: number;
  readonly json?: boolean;
}

interface Proven {
  readonly result: ProbeResult;
  readonly stored: StoredProof;
}

type Verdict = TierProbe & { readonly proven: Proven | undefined };

export function registerOkCommand(program: Command): void {
  program
    .command('ok')
    .description(
      'sends one tiny request per tier through the gateway: what answered, and what was written down',
    )
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (options: OkOptions) => {
      process.exitCode = await probeTiers(options, openTerminal());
    });
}

async function probeTiers(options: OkOptions, terminal: Terminal): Promise<number> {
  const { environment } = terminal;
  const gateway = await requireGateway(environment, options.port);
  const { configuration, ledger } = await statusOf(gateway);
  const { oauth_token_available } = await gateway.client.call('health');
  const loginAvailable = oauth_token_available === true;
  const { tiers } = configuration;
  const probes = tierProbes({ url: gateway.url, tiers, environment, loginAvailable });
  const prove = async (probe: TierProbe): Promise<Proven | undefined> => {
    if (probe.kind === 'skip') return undefined;
    const result = await sendProbe(probe.request);
    return { result, stored: await findStored(gateway.client, result.exchange, ledger) };
  };
  const verdicts: Verdict[] = await Promise.all(
    probes.map(async (probe) => ({ ...probe, proven: await prove(probe) })),
  );
  if (options.json) terminal.data(toJson(verdicts.map(toJsonRow)));
  else
    for (const line of verdicts.flatMap((verdict) => formatVerdict(verdict, terminal))) terminal.data(line);
  return exitCodeOf(verdicts);
}

/** A tier that was not asked is no failure; when none could be asked, nothing was proven. */
function exitCodeOf(verdicts: readonly Verdict[]): number {
  const failed = ({ proven }: Verdict): boolean =>
    proven !== undefined && (proven.result.error !== undefined || !isWritten(proven.stored));
  if (verdicts.some(failed)) return EXIT.failure;
  return verdicts.every(({ proven }) => proven === undefined) ? EXIT.authenticationNeeded : EXIT.ok;
}

function isWritten(stored: StoredProof): boolean {
  return stored.kind === 'off' || (stored.kind === 'stored' && stored.log !== 'missing');
}

function formatVerdict(verdict: Verdict, { paintData }: Terminal): string[] {
  const tier = verdict.tier.padEnd(7);
  if (verdict.kind === 'skip') return [`${tier} ${paintData('yellow', 'skipped')}  ${verdict.reason}`];
  if (verdict.proven === undefined) return [tier];
  const { result, stored } = verdict.proven;
  const lane = (result.decision?.target?.split('/')[0] ?? '—').padEnd(11);
  const status = paintData(
    result.error === undefined ? 'green' : 'red',
    String(result.status ?? '—').padEnd(4),
  );
  const models = `${result.requestedModel} → ${printable(result.servedModel ?? '—')}`;
  const what =
    result.error === undefined
      ? `${models}  ${formatTiming(result.ttftMs, result.totalMs)}`
      : printable(result.error, 300);
  const proof = formatProof(stored);
  const line = isWritten(stored) ? paintData('dim', proof) : paintData('red', proof);
  return [`${tier} ${lane} ${status} ${what}`, `        ${line}`];
}

const LOG_WORDS = {
  found: ', in usage.jsonl',
  missing: ', but NOT in usage.jsonl',
  off: '',
  unseen: ', usage.jsonl cannot be read from here',
} as const;

function formatProof(stored: StoredProof): string {
  switch (stored.kind) {
    case 'off':
      return 'not stored: the ledger is switched off';
    case 'missing':
      return `NOT stored: ${printable(stored.reason, 300)}`;
    case 'stored': {
      const { row, log } = stored;
      const tokens = `${formatTokens(row.input_tokens ?? undefined)}/${formatTokens(row.output_tokens ?? undefined)}`;
      const cost = formatCost(row.cost_usd ?? undefined);
      return `stored ${row.attempt}: ${row.lane} ${row.status ?? row.outcome}, ${tokens} tokens, ${cost}${LOG_WORDS[log]}`;
    }
    default:
      return assertNever(stored);
  }
}

function toJsonRow(verdict: Verdict): Record<string, unknown> {
  if (verdict.kind === 'skip') return { tier: verdict.tier, skipped: true, reason: verdict.reason };
  const { result, stored } = verdict.proven ?? {};
  return {
    tier: verdict.tier,
    skipped: false,
    status: result?.status ?? null,
    target: result?.decision?.target ?? null,
    requested_model: result?.requestedModel ?? null,
    served_model: result?.servedModel ?? null,
    ttft_ms: result?.ttftMs ?? null,
    total_ms: result?.totalMs ?? null,
    error: result?.error ?? null,
    exchange: result?.exchange ?? null,
    ledger: stored?.kind ?? null,
    log: stored?.kind === 'stored' ? stored.log : null,
    row: stored?.kind === 'stored' ? stored.row : null,
  };
}
