import type { Secret } from '../lib/secret.ts';

/** Helper services around the gateway, in order: what a request passes before it gets here, and behind it. */

/** `before`: client → entry → gateway. `after`: gateway → entry → provider. */
export type ChainSide = 'before' | 'after';

export type ChainEntry = HttpEntry | WrapperEntry;

/** A service with a port, which requests pass through. */
export interface HttpEntry extends EntryIdentity {
  readonly kind: 'http';
  /** Without a trailing slash. */
  readonly url: string;
  /** Path and query that answer 2xx when the service is well. */
  readonly healthPath: string;
  /** How long it may take from its start to its first healthy answer. Milliseconds. */
  readonly timeout: number;
  /** The key it asks for; `missing` when its reference leads nowhere. */
  readonly authKey: Secret | 'missing' | undefined;
  /** Sent along with every request to it; values may be secrets. */
  readonly extraHeaders: readonly { readonly name: string; readonly value: Secret }[];
  /** Names of the providers it stands in front of, on the side `after`. */
  readonly providers: readonly string[];
  /** Only models that begin with one of these pass it; empty: all. */
  readonly modelPrefixes: readonly string[];
  /** `undefined`: somebody else starts it. */
  readonly service: EntryService | undefined;
}

/** A command that wraps others (RTK). It has no server mode, so that nothing can be sent through it. */
interface WrapperEntry extends EntryIdentity {
  readonly kind: 'cli_wrapper';
}

interface EntryIdentity {
  readonly id: string;
  readonly name: string;
  readonly side: ChainSide;
  readonly enabled: boolean;
}

/** How a service is started and stopped. */
export interface EntryService {
  readonly start: ServiceCommand;
  /** `undefined`: by a signal to everything that the start brought to life. */
  readonly stop: ServiceCommand | undefined;
  /** Variables besides the harmless ones that every child gets. */
  readonly environment: ReadonlyMap<string, Secret>;
}

export type ServiceCommand =
  | { readonly kind: 'words'; readonly words: readonly [string, ...string[]] }
  /** Only where the entry asks for a shell. */
  | { readonly kind: 'shell'; readonly text: string };

/** The entries that requests pass on one side, in their order. */
export function activeEntries(entries: readonly ChainEntry[], side: ChainSide): readonly HttpEntry[] {
  return entries.filter(
    (entry): entry is HttpEntry => entry.kind === 'http' && entry.enabled && entry.side === side,
  );
}

/**
 * The URL clients are given: that of the first entry before the gateway.
 * @returns `undefined` when none stands there, and clients go to the gateway itself
 */
export function frontDoor(entries: readonly ChainEntry[]): string | undefined {
  return activeEntries(entries, 'before')[0]?.url;
}

/**
 * Where an entry has to send what it was sent: the next one on its side, then the gateway.
 * @returns `undefined` behind the last entry after the gateway, where only the entry itself knows its provider
 */
export function nextUrl(
  entries: readonly ChainEntry[],
  entry: HttpEntry,
  gatewayUrl: string,
): string | undefined {
  const position = entries.indexOf(entry);
  const later = activeEntries(entries.slice(position + 1), entry.side);
  return later[0]?.url ?? (entry.side === 'before' ? gatewayUrl : undefined);
}

/** Whether a request for a model passes an entry after the gateway. */
export function passesModel({ modelPrefixes }: HttpEntry, model: string): boolean {
  return modelPrefixes.length === 0 || modelPrefixes.some((prefix) => model.startsWith(prefix));
}
