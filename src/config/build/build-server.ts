import { formatListenAddress } from '../values/listen-address.ts';
import { isLoopbackHost } from '../values/ip-address.ts';
import type { StoredClientKey } from '../values/client-key-file.ts';
import type { ClientKey, IssuedClientKey, ServerSettings } from '../snapshot.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** Shorter keys can be guessed over a network. */
const SHORTEST_CLIENT_KEY = 16;

/** The server's part of the snapshot. Refuses to serve a network where there never was a client key. */
export function buildServer(build: SnapshotBuild): ServerSettings {
  const { server } = build.input.config;
  const { clocks } = server;
  const { clientKeys: issued = [] } = build.input;
  refuseOpenListener(build);
  return {
    listen: server.listen,
    maxBodyBytes: server.max_body_bytes,
    maxExchanges: server.max_exchanges,
    allowedHosts: server.allowed_hosts,
    clientKeys: [...buildClientKeys(build), ...issued.map(issuedKey)],
    clocks: {
      clientHeaders: clocks.client_headers,
      clientBody: clocks.client_body,
      clientWriteStall: clocks.client_write_stall,
      keepAlive: clocks.keep_alive,
      drain: clocks.drain,
    },
  };
}

function refuseOpenListener(build: SnapshotBuild): void {
  const { listen, client_keys: keys } = build.input.config.server;
  const open = listen.filter(({ host }) => !isLoopbackHost(host));
  const { clientKeys: issued } = build.input;
  if (open.length === 0 || keys.length > 0 || (issued ?? []).length > 0) return;
  if (issued !== undefined) return warnOfNoKeys(build);
  const port = listen[0]?.port ?? 0;
  build.error(
    ['server', 'listen'],
    `has ${open.map(formatListenAddress).join(', ')}, which other machines can reach, and there are no client keys`,
    `Either listen on localhost:${port} only, or make a key for each client: switchyard keys create NAME (or server.client_keys).`,
  );
}

/** Not an error: refused, the configuration before it would stay in force, and with it the key that was revoked. */
function warnOfNoKeys(build: SnapshotBuild): void {
  build.warn(
    ['server', 'listen'],
    'can be reached by other machines, and every client key was revoked: none of them may use the gateway',
    'Make a key: switchyard keys create NAME.',
  );
}

function issuedKey({ name, digest, expires_at, labels, limits }: StoredClientKey): IssuedClientKey {
  const { requests_per_minute: requestsPerMinute, concurrent, tokens_per_day: tokensPerDay } = limits;
  const isLimited = Object.values(limits).some((limit) => limit !== undefined);
  return {
    name,
    digest,
    expiresAt: expires_at ?? undefined,
    labels: { project: labels.project, user: labels.user },
    limits: isLimited ? { requestsPerMinute, concurrent, tokensPerDay } : undefined,
  };
}

/** A key without its secret is an error, not a warning: an empty key would open the door to everyone. */
function buildClientKeys(build: SnapshotBuild): readonly ClientKey[] {
  const names = new Set<string>();
  return build.input.config.server.client_keys.flatMap(({ name, secret: reference }, index) => {
    const path = ['server', 'client_keys', index];
    if (names.has(name))
      build.error([...path, 'name'], 'is the name of two client keys', 'Give each its own.');
    names.add(name);
    const resolved = build.input.secrets.get(reference);
    if (resolved?.kind !== 'present') {
      const reason = resolved?.reason ?? 'it was not looked up';
      build.error([...path, 'secret'], `leads to no client key: ${reason}`, 'Set it, or remove the key.');
      return [];
    }
    if (resolved.value.reveal().length < SHORTEST_CLIENT_KEY) {
      build.warn(
        [...path, 'secret'],
        `is shorter than ${SHORTEST_CLIENT_KEY} characters and can be guessed`,
        'Use a random key.',
      );
    }
    return [{ name, secret: resolved.value }];
  });
}
