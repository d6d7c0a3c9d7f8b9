/** A gateway on another machine, as far as its callers may see it: that it lives, whose credential its tiers need, and whether a client key is taken. */
import { createAdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import { KEY_HEADER, type ClientSetup, type GatewayForClient } from '../../connect/client-setup.ts';
import type { Health } from '../../contract/health.ts';
import type { Tier } from '../../domain/tier.ts';
import type { Secret } from '../../lib/secret.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { askForKey, keyFrom } from './client-key-source.ts';
import { isLoopbackUrl } from './is-loopback-url.ts';
import { TIER_MODELS } from './gateway-for-client.ts';

export interface RemoteOptions {
  /** As the user wrote it. */
  readonly url?: string;
  /** Where its client key is kept. */
  readonly key?: string;
  readonly port?: number;
  readonly profile?: string;
}

export interface WantedRemote extends RemoteOptions {
  readonly url: string;
  readonly setup: ClientSetup;
  readonly tier: Tier | undefined;
}

const TIMEOUT_MS = 10_000;

/** @throws CommandError for a key of a gateway that is not named: it would be left out without a word */
export function refuseLoneKey({ url, key }: Pick<RemoteOptions, 'url' | 'key'>): void {
  if (key === undefined || url !== undefined) return;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: '--key is for a gateway on another machine, and there is no --url',
    next: 'the same command with --url http://192.168.1.20:8082, or without --key',
  });
}

/**
 * The gateway at a URL. Nothing is written or started before it has answered and taken the key.
 * @throws CommandError when it does not, and when the client could not send the key
 */
export async function remoteGateway(wanted: WantedRemote, terminal: Terminal): Promise<GatewayForClient> {
  const { setup, tier, key: written, profile } = wanted;
  const { origin, path } = parsedUrl(wanted);
  const health = await healthOf(origin);
  const given = written === undefined ? undefined : keyFrom(written, terminal.environment);
  const key = await takenKey(origin, given, terminal);
  if (key !== undefined) requireWay(setup, key);
  const url = origin + (profile === undefined ? path : `/p/${encodeURIComponent(profile)}`);
  if (url !== origin) await requireProfile(url, key);
  if (url.startsWith('http:') && !isLoopbackUrl(url))
    terminal.note(
      terminal.paintNote('yellow', `note: ${origin} is not encrypted: for networks you trust, or behind TLS`),
    );
  return { url, key, tier, tiers: tiersOf(health) };
}

function parsedUrl({ url: text, port, profile }: WantedRemote): {
  readonly origin: string;
  readonly path: string;
} {
  const url = URL.parse(text);
  const path = url?.pathname.replace(/\/+$/, '') ?? '';
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username === '';
  if (isPlain && (path === '' || (profile === undefined && /^\/p\/[^/]+$/.test(path))) && port === undefined)
    return { origin: url.origin, path };
  throw new CommandError({
    exitCode: EXIT.usage,
    what: port === undefined ? '--url is not the URL of a gateway' : '--url names the port already',
    why: 'It is scheme, host and port, and at most a profile behind them.',
    next: '--url http://192.168.1.20:8082   or --url http://192.168.1.20:8082/p/PROFILE',
  });
}

async function healthOf(origin: string): Promise<Health> {
  try {
    return await createAdminClient({ url: origin, timeoutMs: TIMEOUT_MS }).call('health');
  } catch (error) {
    if (!(error instanceof AdminClientError)) throw error;
    throw new CommandError(
      {
        exitCode: EXIT.notRunning,
        what: `no Switchyard answers on ${origin}`,
        why: error.message,
        next: 'there: switchyard status   and let it listen beyond its own machine: docs/configuration.md, "Other machines"',
      },
      error,
    );
  }
}

/** Nobody makes a profile of this name: with a key the answer is that there is none, and no provider is asked. */
const NO_PROFILE = 'no-such-profile--key-check';

async function isTaken(origin: string, key: Secret | undefined): Promise<boolean> {
  const { status } = await ask(`${origin}/p/${NO_PROFILE}/v1/models`, key);
  return status === 404;
}

/** The key that is taken; none where none is needed. */
async function takenKey(
  origin: string,
  given: Secret | undefined,
  terminal: Terminal,
): Promise<Secret | undefined> {
  if (await isTaken(origin, given)) return given;
  const key = given ?? (await askForKey(`client key of ${origin}`, terminal.environment));
  if (key !== undefined && key !== given && (await isTaken(origin, key))) return key;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: key === undefined ? `${origin} asks for a client key` : `${origin} does not take this client key`,
    why: 'Its owner makes keys: switchyard keys create NAME',
    next: 'the same command with --key env:NAME or --key file:PATH',
  });
}

function requireWay({ keyTravels, title }: ClientSetup, key: Secret): void {
  if (keyTravels === 'as-header' || (keyTravels === 'as-api-key' && key.reveal().startsWith('sy-'))) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `${title} cannot send this client key`,
    why:
      keyTravels === 'unknown'
        ? 'No setting of it is known that sends a header or a key to a gateway.'
        : 'It has no header for it, and in place of an API key only a key that begins with sy- is recognised.',
    next:
      keyTravels === 'unknown'
        ? 'switchyard clients'
        : 'ask its owner for a key made by: switchyard keys create NAME',
  });
}

async function requireProfile(url: string, key: Secret | undefined): Promise<void> {
  // A request that names no model goes no further than its profile: no provider is asked.
  const { status } = await ask(`${url}/v1/messages/count_tokens`, key, '{}');
  if (status !== 404) return;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `the gateway has no profile at ${url}`,
    next: 'there: switchyard profile list',
  });
}

async function ask(
  url: string,
  key: Secret | undefined,
  body?: string,
): Promise<{ readonly status: number }> {
  const headers: Record<string, string> = key === undefined ? {} : { [KEY_HEADER]: key.reveal() };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const sent = body === undefined ? {} : { method: 'POST', body };
  try {
    const response = await fetch(url, { ...sent, headers, signal, redirect: 'manual' });
    await response.body?.cancel();
    return response;
  } catch (cause) {
    const what = `${new URL(url).origin} has answered once and then no more`;
    throw new CommandError({ exitCode: EXIT.notRunning, what, next: 'the same command again' }, cause);
  }
}

/** Which models serve is for its owner to know; the names say their tier themselves. */
function tiersOf(health: Health): GatewayForClient['tiers'] {
  const tier = (name: Tier) => ({
    model: TIER_MODELS[name],
    named: false,
    serves: [],
    contextWindow: undefined,
    callerPays: health[name].uses_oauth === true,
  });
  return { opus: tier('opus'), sonnet: tier('sonnet'), haiku: tier('haiku') };
}
