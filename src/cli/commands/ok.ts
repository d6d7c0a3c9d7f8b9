import type { Command } from 'commander';
import { formatTiming } from '../../telemetry/format-quantity.ts';
import { printable } from '../../telemetry/printable.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway, statusOf } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { sendProbe, type ProbeResult } from '../probe/send-probe.ts';
import { tierProbes, type TierProbe } from '../probe/tier-probes.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface OkOptions {
  readonly port?: number;
  readonly json?: boolean;
}

type Verdict = TierProbe & { readonly result: ProbeResult | undefined };

export function registerOkCommand(program: Command): void {
  program
    .command('ok')
    .description('sends one tiny request per tier through the gateway and shows what answered')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (options: OkOptions) => {
      process.exitCode = await probeTiers(options, openTerminal());
    });
}

async function probeTiers(options: OkOptions, terminal: Terminal): Promise<number> {
  const { environment } = terminal;
  const gateway = await requireGateway(environment, options.port);
  const { tiers } = (await statusOf(gateway)).configuration;
  const { oauth_token_available } = await gateway.client.call('health');
  const loginAvailable = oauth_token_available === true;
  const probes = tierProbes({ url: gateway.url, tiers, environment, loginAvailable });
  const verdicts: Verdict[] = await Promise.all(
    probes.map(async (probe) => ({
      ...probe,
      result: probe.kind === 'ask' ? await sendProbe(probe.request) : undefined,
    })),
  );
  if (options.json) terminal.data(toJson(verdicts.map(toJsonRow)));
  else for (const verdict of verdicts) terminal.data(formatVerdict(verdict, terminal));
  return exitCodeOf(verdicts);
}

/** A tier that was not asked is no failure; when none could be asked, nothing was proven. */
function exitCodeOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ result }) => result?.error !== undefined)) return EXIT.failure;
  return verdicts.every(({ result }) => result === undefined) ? EXIT.authenticationNeeded : EXIT.ok;
}

function formatVerdict(verdict: Verdict, { paintData }: Terminal): string {
  const tier = verdict.tier.padEnd(7);
  if (verdict.kind === 'skip') return `${tier} ${paintData('yellow', 'skipped')}  ${verdict.reason}`;
  const { result } = verdict;
  if (result === undefined) return tier;
  const lane = (result.decision?.target?.split('/')[0] ?? '—').padEnd(11);
  const status = paintData(
    result.error === undefined ? 'green' : 'red',
    String(result.status ?? '—').padEnd(4),
  );
  if (result.error !== undefined) return `${tier} ${lane} ${status} ${printable(result.error, 300)}`;
  const models = `${result.requestedModel} → ${printable(result.servedModel ?? '—')}`;
  return `${tier} ${lane} ${status} ${models}  ${formatTiming(result.ttftMs, result.totalMs)}`;
}

function toJsonRow(verdict: Verdict): Record<string, unknown> {
  if (verdict.kind === 'skip') return { tier: verdict.tier, skipped: true, reason: verdict.reason };
  const { result } = verdict;
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
  };
}
