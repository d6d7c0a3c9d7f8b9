import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { allowedHosts } from '../edge/addresses.ts';
import type { HostRules } from '../edge/guard-request.ts';

/** The names the gateway may be called by: those of the addresses it listens on, and what the configuration adds. */
export function hostRules(gateway: Gateway): HostRules {
  const listening = gateway.snapshot().server.listen.map(({ host }) => host);
  let names = allowedNames(listening, gateway.snapshot());
  gateway.onSnapshot(({ after }) => (names = allowedNames(listening, after)));
  return { allowedHosts: () => names.hosts, allowedAuthorities: () => names.authorities };
}

/** An allowed host with a port (`localhost:9000`) names a forwarded port and stands for itself alone. */
function allowedNames(listening: readonly string[], { server }: ConfigSnapshot) {
  const withPort = server.allowedHosts.filter((host) => /:\d+$/.test(host));
  const withoutPort = server.allowedHosts.filter((host) => !withPort.includes(host));
  return {
    hosts: allowedHosts(listening, withoutPort),
    authorities: new Set(withPort.map((host) => host.toLowerCase())),
  };
}
