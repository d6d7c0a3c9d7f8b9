/** The chain in the shape that the predecessors' tools know, shown and changed. */
import { isDeepStrictEqual } from 'node:util';
import { chainEntries, inOrder } from '../../config/edit/chain-changes.ts';
import { diffValues } from '../../config/edit/diff-values.ts';
import { isRawObject, ownValue, type RawObject, type RawValue } from '../../config/layers/raw-value.ts';
import type { EndpointHandlers, InputOf } from '../../contract/endpoints.ts';
import type { ProxyChainBody, ProxyChainEntry } from '../../contract/proxy-chain.ts';
import type { ChainEntry } from '../../domain/chain.ts';
import { GatewayError } from '../../domain/errors.ts';
import { joinWords } from '../../lib/split-command.ts';
import type { ConfigurationFiles } from '../../gateway/configuration/configuration-files.ts';
import { requireFiles, writeChanges, type ConfigHandlerInput } from './config-handlers.ts';

type Given = InputOf<'changeProxyChain'>['body']['entries'][number];

export function createProxyChainHandlers({
  configuration,
  files,
}: ConfigHandlerInput): Pick<EndpointHandlers<unknown>, 'proxyChain' | 'changeProxyChain'> {
  const describe = (): ProxyChainBody => {
    const open = requireFiles(files);
    const written = inOrder(chainEntries(open.settings.values));
    const { entries } = configuration.snapshot().chain;
    return { etag: open.read().etag, entries: entries.map((entry, order) => bodyOf(entry, order, written)) };
  };
  return {
    proxyChain: () => ({ status: 200, body: describe() }),
    changeProxyChain: async (_, { body }) => {
      const open = requireFiles(files);
      refuseForeign(open);
      const before = open.read().values ?? {};
      const changed = withEntries(before, changedEntries(chainEntries(before), body.entries));
      await writeChanges(open, diffValues(before, changed), body.etag);
      return { status: 200, body: describe() };
    },
  };
}

/** With `start --chain` the list is another program's file, which is only read. */
function refuseForeign(files: ConfigurationFiles): void {
  const source = files.settings.locate(['chain', 'entries']);
  if (source.kind !== 'file' || source.path === files.path) return;
  throw new GatewayError('config_unwritable', `The chain is read from ${source.path}, which is only read.`);
}

function bodyOf(entry: ChainEntry, order: number, written: readonly RawObject[]): ProxyChainEntry {
  const { id, name, side, kind: type, enabled } = entry;
  const raw = written.find((each) => ownValue(each, 'id') === id) ?? {};
  const isService = entry.kind === 'http';
  return {
    id,
    name,
    side,
    type,
    enabled,
    order,
    url: isService ? entry.url : '',
    port: isService ? Number(new URL(entry.url).port) : 0,
    health_path: isService ? entry.healthPath : '',
    timeout: isService ? entry.timeout / 1_000 : 0,
    has_auth_key: isService && entry.authKey !== undefined,
    extra_headers: texts(ownValue(raw, 'extra_headers')),
    providers: isService ? [...entry.providers] : [],
    model_prefixes: isService ? [...entry.modelPrefixes] : [],
    service_cmd: commandText(ownValue(raw, 'service_cmd')),
    service_stop_cmd: commandText(ownValue(raw, 'service_stop_cmd')),
    service_shell: ownValue(raw, 'service_shell') === true,
  };
}

function texts(value: RawValue | undefined): Record<string, string> {
  const entries = isRawObject(value) ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function commandText(value: RawValue | undefined): string | null {
  if (Array.isArray(value)) return joinWords(value.filter((word) => typeof word === 'string'));
  return typeof value === 'string' ? value : null;
}

/** @throws GatewayError `config_read_only` when a command, or a key's file, would be another one */
function changedEntries(written: readonly RawObject[], given: readonly Given[]): readonly RawObject[] {
  const ordered = given
    .map((entry, index) => ({ entry, place: entry.order ?? index }))
    .toSorted((one, other) => one.place - other.place);
  return ordered.map(({ entry }) => {
    const old = written.find((each) => ownValue(each, 'id') === entry.id) ?? {};
    refuseCommands(entry, old);
    refuseFiles(entry, old);
    return merged(entry, old);
  });
}

function refuseCommands(given: Given, old: RawObject): void {
  const isSame =
    (given.service_cmd ?? commandText(ownValue(old, 'service_cmd'))) ===
      commandText(ownValue(old, 'service_cmd')) &&
    (given.service_stop_cmd ?? commandText(ownValue(old, 'service_stop_cmd'))) ===
      commandText(ownValue(old, 'service_stop_cmd')) &&
    (given.service_shell ?? ownValue(old, 'service_shell') === true) ===
      (ownValue(old, 'service_shell') === true);
  if (isSame) return;
  const text = `The commands of ${given.id.slice(0, 64)} cannot be changed over HTTP; write them into the file.`;
  throw new GatewayError('config_read_only', text);
}

/** Through a reference to a file a caller could have any file of this machine sent to an entry. */
function refuseFiles({ id, auth_key: key, extra_headers: headers }: Given, old: RawObject): void {
  const known = new Set<unknown>([
    ownValue(old, 'auth_key'),
    ...Object.values(texts(ownValue(old, 'extra_headers'))),
  ]);
  const named = [key, ...Object.values(headers ?? {})].filter((text) => text?.startsWith('file:'));
  if (named.every((text) => known.has(text))) return;
  const text = `${id.slice(0, 64)}: references to files cannot be written over HTTP.`;
  throw new GatewayError('config_read_only', text);
}

const WRITABLE = [
  'name',
  'side',
  'type',
  'enabled',
  'url',
  'port',
  'health_path',
  'timeout',
  'extra_headers',
  'providers',
  'model_prefixes',
] as const satisfies (keyof Given)[];

/** What a field is without being written: such a value is not written into an entry that does not have it. */
const DEFAULTS: Readonly<Partial<Record<(typeof WRITABLE)[number], RawValue>>> = {
  side: 'before',
  type: 'http',
  enabled: true,
  url: '',
  port: 0,
  health_path: '/health',
  timeout: 90,
  extra_headers: {},
  providers: [],
  model_prefixes: [],
};

/** The place comes from the list alone. `url` and `port` say the same twice: the one that is written stays. */
function merged(given: Given, old: RawObject): RawObject {
  const kept = Object.fromEntries(Object.entries(old).filter(([key]) => key !== 'order'));
  const entry: Record<string, RawValue> = { ...kept, id: given.id };
  if (ownValue(old, 'name') === undefined) entry['name'] = given.id;
  for (const key of WRITABLE) {
    const value = given[key];
    if (value === undefined || isImplied(key, value, { given, old })) continue;
    entry[key] = value;
  }
  if (given.auth_key === null) delete entry['auth_key'];
  else if (given.auth_key !== undefined) entry['auth_key'] = given.auth_key;
  return entry;
}

function isImplied(
  key: (typeof WRITABLE)[number],
  value: RawValue,
  { given, old }: { readonly given: Given; readonly old: RawObject },
): boolean {
  if (Object.hasOwn(old, key)) return false;
  const port = ownValue(old, 'port');
  if (key === 'url' && typeof port === 'number' && value === `http://127.0.0.1:${port}`) return true;
  if (key === 'port' && (Object.hasOwn(old, 'url') || (given.url ?? '') !== '')) return true;
  const isWrapper = (given.type ?? ownValue(old, 'type')) === 'cli_wrapper';
  if (isWrapper && (key === 'health_path' || key === 'timeout')) return true;
  return isDeepStrictEqual(DEFAULTS[key], value);
}

function withEntries(values: RawObject, entries: readonly RawObject[]): RawObject {
  const chain = ownValue(values, 'chain');
  return { ...values, chain: { ...(isRawObject(chain) ? chain : {}), entries } };
}
