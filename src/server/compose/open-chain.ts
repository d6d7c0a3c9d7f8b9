import { homedir } from 'node:os';
import { ChainFollower } from '../../chain/chain-follower.ts';
import type { EventSink } from '../../contract/events.ts';
import type { GatewayLog } from '../../gateway/gateway.ts';
import type { ListeningAddress } from '../edge/addresses.ts';
import { reachableUrl } from '../edge/reachable-url.ts';
import { tellChain } from './tell-chain.ts';

export interface OpenChainInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  readonly log: GatewayLog;
  readonly events: EventSink;
  readonly addresses: () => readonly ListeningAddress[];
}

/** What looks after the helper services; they are told where the gateway is once it listens. */
export function openChain({
  environment,
  stateDirectory,
  log,
  events,
  addresses,
}: OpenChainInput): ChainFollower {
  return new ChainFollower({
    environment,
    stateDirectory,
    home: environment['HOME'] ?? homedir(),
    gatewayUrl: () => addresses().map(reachableUrl)[0] ?? '',
    onChange: tellChain(log, events),
    onError: (error) => log.error({ error }, '[Chain] The helper services could not be looked after.'),
  });
}
