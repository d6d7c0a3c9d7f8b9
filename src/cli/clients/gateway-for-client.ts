import type { ConfigurationSummary, Status } from '../../contract/status.ts';
import type { GatewayForClient, TierForClient } from '../../connect/client-setup.ts';
import { frontDoor } from '../../domain/chain.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { findGateway, statusOf, type FoundGateway } from '../find-gateway.ts';
import type { Environment } from '../terminal.ts';

/** Names that Claude Code itself resolves the three tiers to (2.1.328). */
export const TIER_MODELS = {
  opus: 'claude-opus-5-5',
  sonnet: 'claude-sonnet-5-5',
  haiku: 'claude-haiku-5-5',
} as const satisfies Record<Tier, string>;

/** The URL clients are given: a helper service that stands before the gateway gets their traffic first. */
function clientUrl({ front_door: frontDoorUrl }: Pick<Status, 'front_door'>, gatewayUrl: string): string {
  return (frontDoorUrl ?? gatewayUrl).replace(/\/+$/, '');
}

export interface ClientView {
  readonly url: string;
  readonly tiers: ConfigurationSummary['tiers'];
  readonly tier: Tier | undefined;
}

export function gatewayForClient({ url, tiers, tier }: ClientView): GatewayForClient {
  const view = (name: Tier): TierForClient => {
    const { client_model: model, context_window: contextWindow, targets } = tiers[name];
    return {
      model: model ?? TIER_MODELS[name],
      named: model !== null,
      serves: targets.map((target) => [target.provider, target.model].filter(Boolean).join('/')),
      contextWindow: contextWindow ?? undefined,
      callerPays: targets[0]?.credential === 'caller',
    };
  };
  const views = { opus: view('opus'), sonnet: view('sonnet'), haiku: view('haiku') };
  return { url, tier, tiers: views };
}

export async function viewOf(gateway: FoundGateway, tier: Tier | undefined): Promise<GatewayForClient> {
  const status = await statusOf(gateway);
  return gatewayForClient({ url: clientUrl(status, gateway.url), tiers: status.configuration.tiers, tier });
}

export interface WantedGateway {
  readonly port: number | undefined;
  readonly tier: Tier | undefined;
}

/** The gateway that runs; without one, the gateway as its configuration would make it. */
export async function wantedGateway(
  environment: Environment,
  { port, tier }: WantedGateway,
): Promise<{ readonly view: GatewayForClient; readonly runs: boolean }> {
  const found = await findGateway(environment, port);
  if (found !== undefined) return { view: await viewOf(found, tier), runs: true };
  const { loadSnapshot } = await import('../start/load-snapshot.ts');
  const { summarizeConfiguration } = await import('../../server/admin/summarize-configuration.ts');
  const { snapshot, configPath } = await loadSnapshot(port === undefined ? {} : { port }, environment);
  const listen = snapshot.server.listen[0];
  if (listen === undefined || listen.port === 0)
    throw new CommandError({
      exitCode: EXIT.notRunning,
      what: 'no gateway is running, and its configuration leaves the port open',
      next: 'switchyard start -d',
    });
  const own = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
  const url = clientUrl({ front_door: frontDoor(snapshot.chain.entries) ?? null }, own);
  const { tiers } = summarizeConfiguration(snapshot, configPath);
  return { view: gatewayForClient({ url, tiers, tier }), runs: false };
}

/** Tiers that only callers with a credential of their own are served by, as a sentence; nothing when all are well. */
export function creditWarning(title: string, { tiers, tier }: GatewayForClient): string | undefined {
  const chosen = tier ?? 'sonnet';
  if (!tiers[chosen].callerPays) return undefined;
  const able = TIERS.filter((name) => !tiers[name].callerPays);
  const way = able.length === 0 ? 'give a tier a provider with a key of its own' : `--tier ${able[0]}`;
  return `the tier ${chosen} goes to Anthropic with the caller's own credential, and ${title} has none: ${way}`;
}
