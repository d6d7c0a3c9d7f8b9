import type { ChainControl } from '../../chain/chain-follower.ts';
import { lastLines } from '../../chain/log/last-lines.ts';
import type { EntryReport } from '../../chain/service-report.ts';
import type { Chain, ChainEntryStatus } from '../../contract/chain.ts';
import type { EndpointHandlers } from '../../contract/endpoints.ts';
import { frontDoor } from '../../domain/chain.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { CurrentConfiguration } from '../../gateway/configuration/current-configuration.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { ListeningAddress } from '../edge/addresses.ts';
import type { AdminCall } from './admin-call.ts';
import { reachableUrl } from '../edge/reachable-url.ts';

type ChainHandlers = Pick<
  EndpointHandlers<AdminCall>,
  'chain' | 'chainUp' | 'chainDown' | 'chainAction' | 'chainLog'
>;

export interface ChainHandlerInput {
  readonly chain: ChainControl;
  readonly gateway: Pick<Gateway, 'snapshot'>;
  readonly configuration: Pick<CurrentConfiguration, 'path'>;
  addresses(): readonly ListeningAddress[];
}

/** The part of the admin API about helper services. No route of it takes a command. */
export function createChainHandlers(input: ChainHandlerInput): ChainHandlers {
  const { chain } = input;
  return {
    chain: () => ({ status: 200, body: chainBody(input) }),
    chainUp: () => {
      chain.up();
      return { status: 202, body: chainBody(input) };
    },
    chainDown: () => {
      chain.down();
      return { status: 202, body: chainBody(input) };
    },
    chainAction: (_, { parameters: { id, action } }) => {
      if (!chain.act(id, action)) throw noSuchService(id);
      return { status: 202, body: chainBody(input) };
    },
    chainLog: async (_, { parameters: { id }, query: { lines } }) => {
      const report = chain.reports().find((each) => each.id === id);
      if (report?.log === undefined) throw noSuchService(id);
      return { status: 200, body: { lines: await lastLines(report.log, lines) } };
    },
  };
}

function noSuchService(id: string): GatewayError {
  const text = `There is no enabled helper service ${id.slice(0, 64)} in the chain.`;
  return new GatewayError('bad_query', text);
}

function chainBody(input: ChainHandlerInput): Chain {
  const { chain, gateway, configuration } = input;
  const settings = gateway.snapshot().chain;
  const [address] = input.addresses();
  const gatewayUrl = address === undefined ? '' : reachableUrl(address);
  return {
    file: configuration.path ?? null,
    front_door: frontDoor(settings.entries) ?? gatewayUrl,
    gateway_url: gatewayUrl,
    autostart: settings.autostart,
    entries: chain.reports().map(summarizeEntry),
  };
}

/** A report in the words of the contract. */
export function summarizeEntry(report: EntryReport): ChainEntryStatus {
  const { id, name, side, kind, enabled, health, state, reason, restarts, checks } = report;
  return {
    id,
    name,
    side,
    type: kind,
    enabled,
    url: report.url ?? null,
    health,
    service: state,
    reason,
    pid: report.pid ?? null,
    started_at: report.startedAt ?? null,
    restarts,
    checks_passed: checks.passed,
    checks_failed: checks.failed,
    health_ms: checks.lastMs ?? null,
    log: report.log ?? null,
  };
}
