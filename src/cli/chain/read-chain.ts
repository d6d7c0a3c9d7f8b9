import { checkHealth } from '../../chain/supervise/check-health.ts';
import { restingReport } from '../../chain/resting-report.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { ChainEntryStatus } from '../../contract/chain.ts';
import { frontDoor, type ChainEntry } from '../../domain/chain.ts';
import { summarizeEntry } from '../../server/admin/chain-handlers.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { findGateway } from '../find-gateway.ts';
import type { Environment } from '../terminal.ts';
import type { ChainView } from './chain-rows.ts';

const CHECK_TIMEOUT_MS = 2_000;

/** The chain as the gateway tells it; without a gateway, as it is written, each entry asked from here. */
export async function readChain(environment: Environment, port: number | undefined): Promise<ChainView> {
  const gateway = await findGateway(environment, port);
  if (gateway !== undefined) return { ...(await gateway.client.call('chain')), gatewayRuns: true };
  const loaded = await loadConfig({ flags: { port }, environment });
  if (loaded.kind === 'invalid') throw invalid(loaded.file);
  const { snapshot } = loaded;
  const url = ownUrl(snapshot);
  return {
    file: loaded.fileExists ? loaded.file : null,
    front_door: frontDoor(snapshot.chain.entries) ?? url,
    gateway_url: url,
    autostart: snapshot.chain.autostart,
    entries: await Promise.all(snapshot.chain.entries.map(askEntry)),
    gatewayRuns: false,
  };
}

async function askEntry(entry: ChainEntry): Promise<ChainEntryStatus> {
  const resting = summarizeEntry(restingReport(entry));
  if (entry.kind === 'cli_wrapper' || !entry.enabled) return resting;
  const answer = await checkHealth(entry, CHECK_TIMEOUT_MS);
  if (answer.kind === 'healthy')
    return { ...resting, health: 'healthy', service: 'external', health_ms: answer.tookMs };
  return { ...resting, health: 'unreachable', reason: answer.reason };
}

function ownUrl({ server }: ConfigSnapshot): string {
  const [first] = server.listen;
  return `http://127.0.0.1:${first?.port ?? 0}`;
}

function invalid(file: string): CommandError {
  return new CommandError({
    exitCode: EXIT.usage,
    what: `the configuration ${file} cannot be used`,
    next: 'switchyard config check',
  });
}
