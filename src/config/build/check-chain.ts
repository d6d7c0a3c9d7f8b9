import { activeEntries, type ChainEntry, type HttpEntry } from '../../domain/chain.ts';
import { didYouMean } from '../problems/did-you-mean.ts';
import type { KeyPath } from '../layers/key-path.ts';
import { addressOf, isOwnAddress, isSameAddress } from '../values/own-address.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

interface PlacedEntry {
  readonly entry: ChainEntry;
  readonly path: KeyPath;
}

/** Refuses chains that would send a request in a circle, and entries that could not do what they are there for. */
export function checkChain(build: SnapshotBuild, placed: readonly PlacedEntry[]): void {
  checkIds(build, placed);
  const services = placed.flatMap(({ entry, path }) => (entry.kind === 'http' ? [{ entry, path }] : []));
  const active = services.filter(({ entry }) => entry.enabled);
  active.forEach(({ entry, path }, index) => {
    refuseSelf(build, entry, path);
    refuseTwin(build, path, { entry, earlier: active.slice(0, index).map((other) => other.entry) });
    if (entry.side === 'after') checkAfter(build, entry, path);
    else checkBefore(build, entry, path);
  });
  refuseWayBack(
    build,
    activeEntries(
      placed.map(({ entry }) => entry),
      'before',
    ),
  );
}

function checkIds(build: SnapshotBuild, placed: readonly PlacedEntry[]): void {
  const seen = new Set<string>();
  for (const { entry, path } of placed) {
    if (seen.has(entry.id)) build.error([...path, 'id'], 'is the id of two entries', 'Give each its own.');
    seen.add(entry.id);
  }
}

function refuseSelf(build: SnapshotBuild, { url }: HttpEntry, path: KeyPath): void {
  if (!isOwnAddress(addressOf(new URL(url)), build.own)) return;
  const remedy =
    'The gateway has its place in the chain without an entry. Remove this one, or correct its port.';
  build.error(path, 'has the address of this gateway itself', remedy);
}

/** What comes out of one would go into it again, unless both stand behind the gateway and share the work. */
function refuseTwin(
  build: SnapshotBuild,
  path: KeyPath,
  { entry, earlier }: { readonly entry: HttpEntry; readonly earlier: readonly HttpEntry[] },
): void {
  const address = addressOf(new URL(entry.url));
  const twin = earlier.find(
    ({ url, side }) =>
      (side === 'before' || entry.side === 'before') &&
      isSameAddress(addressOf(new URL(url)), address, build.own),
  );
  if (twin === undefined) return;
  const message = `has the same address as the entry ${twin.id}: requests would go in a circle`;
  build.error(path, message, 'Give each its own port, or disable one.');
}

/** An entry before the gateway sends on to the gateway: a provider at its address never gets out. */
function refuseWayBack(build: SnapshotBuild, before: readonly HttpEntry[]): void {
  for (const [name, { base_url: written, connect_to: connectTo }] of Object.entries(
    build.input.config.providers,
  )) {
    const url = written === undefined ? null : URL.parse(written);
    const address = connectTo ?? (url === null ? undefined : addressOf(url));
    if (address === undefined) continue;
    const entry = before.find((each) => isSameAddress(addressOf(new URL(each.url)), address, build.own));
    if (entry === undefined) continue;
    build.error(
      ['providers', name, connectTo === undefined ? 'base_url' : 'connect_to'],
      `is the address of the chain entry ${entry.id}, which sends on to this gateway: requests would go in a circle`,
      `Name the provider itself, or write side: after in the entry ${entry.id}.`,
    );
  }
}

function checkBefore(build: SnapshotBuild, { providers, modelPrefixes }: HttpEntry, path: KeyPath): void {
  if (providers.length + modelPrefixes.length === 0) return;
  const message = 'has providers or model_prefixes, which mean nothing before the gateway';
  build.warn(path, message, 'Every request passes it. Remove them, or write side: after.');
}

function checkAfter(build: SnapshotBuild, { providers, modelPrefixes }: HttpEntry, path: KeyPath): void {
  if (providers.length + modelPrefixes.length === 0)
    build.warn(path, 'gets no requests', 'Name providers, model_prefixes or both.');
  providers.forEach((name, index) => checkProvider(build, name, [...path, 'providers', index]));
}

/** A caller's credential is bound to the provider's origin, and this entry is another one. */
function checkProvider(build: SnapshotBuild, name: string, path: KeyPath): void {
  const { providers } = build.input.config;
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider === undefined) {
    const known = Object.keys(providers);
    const near = didYouMean(name, known);
    const hint = near === undefined ? `Configured are: ${known.join(', ')}.` : `Did you mean "${near}"?`;
    build.error(path, 'names a provider that is not configured', hint);
  } else if (provider.auth === 'caller') {
    build.error(
      path,
      `names ${name}, which is reached with the caller's own credential, and that never passes an entry after the gateway`,
      `Give ${name} a key of the gateway's (auth), or place the entry before the gateway.`,
    );
  }
}
