import type { ChainEntry, EntryService, HttpEntry, ServiceCommand } from '../../domain/chain.ts';
import { Secret } from '../../lib/secret.ts';
import { splitCommand } from '../../lib/split-command.ts';
import { checkChain } from './check-chain.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { EntrySection } from '../schema/chain-section.ts';
import { parseSecretReference } from '../values/secret-reference.ts';
import type { ChainSettings } from '../snapshot.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

const DEFAULT_TIMEOUT_MS = 90_000;

/** The helper services in their order, checked against loops and against the providers they stand in front of. */
export function buildChain(build: SnapshotBuild): ChainSettings {
  const { chain } = build.input.config;
  const placed = chain.entries.map((section, index) => ({ section, index }));
  const ordered = placed.toSorted(
    (one, other) => (one.section.order ?? one.index) - (other.section.order ?? other.index),
  );
  const entries = ordered.flatMap(({ section, index }) => {
    const entry = buildEntry(build, section, ['chain', 'entries', index]);
    return entry === undefined ? [] : [{ entry, path: ['chain', 'entries', index] }];
  });
  checkChain(build, entries);
  return { autostart: chain.autostart, entries: entries.map(({ entry }) => entry) };
}

function buildEntry(build: SnapshotBuild, section: EntrySection, path: KeyPath): ChainEntry | undefined {
  const { id, name, side = 'before', enabled = true } = section;
  if (section.type === 'cli_wrapper') return { kind: 'cli_wrapper', id, name, side, enabled };
  const url = urlOf(section);
  if (url === undefined) {
    const remedy = 'Write url or port, or type: cli_wrapper if it is a command without a port.';
    build.error(path, 'has neither url nor port', remedy);
    return undefined;
  }
  const entry: HttpEntry = {
    kind: 'http',
    id,
    name,
    side,
    enabled,
    url,
    healthPath: section.health_path ?? '/health',
    timeout: section.timeout ?? DEFAULT_TIMEOUT_MS,
    authKey: authKeyOf(build, section, [...path, 'auth_key']),
    extraHeaders: headersOf(build, section, [...path, 'extra_headers']),
    providers: section.providers ?? [],
    modelPrefixes: section.model_prefixes ?? [],
    service: serviceOf(build, section, path),
  };
  return entry;
}

function urlOf({ url, port = 0 }: EntrySection): string | undefined {
  if (url !== undefined) return url.replace(/\/+$/, '');
  return port === 0 ? undefined : `http://127.0.0.1:${port}`;
}

function authKeyOf(build: SnapshotBuild, section: EntrySection, path: KeyPath): HttpEntry['authKey'] {
  const { auth_key: reference } = section;
  if (reference === undefined) return undefined;
  const resolved = build.input.secrets.get(reference);
  if (resolved?.kind === 'present') return resolved.value;
  const reason = resolved?.reason ?? 'it was not looked up';
  build.warn(
    path,
    `leads to no key: ${reason}`,
    'Requests that pass this entry are refused until it is there.',
  );
  return 'missing';
}

function headersOf(build: SnapshotBuild, section: EntrySection, path: KeyPath): HttpEntry['extraHeaders'] {
  return Object.entries(section.extra_headers ?? {}).flatMap(([name, written]) => {
    const value = followed(build, [...path, name], written);
    return value === undefined ? [] : [{ name, value }];
  });
}

/** A text as it stands, or what its reference leads to; where it leads nowhere, the value is left out. */
function followed(build: SnapshotBuild, path: KeyPath, written: string): Secret | undefined {
  if (parseSecretReference(written) === undefined) return new Secret(written);
  const resolved = build.input.secrets.get(written);
  if (resolved?.kind === 'present') return resolved.value;
  build.warn(path, `is left out: ${resolved?.reason ?? 'it was not looked up'}`, '');
  return undefined;
}

function serviceOf(build: SnapshotBuild, section: EntrySection, path: KeyPath): EntryService | undefined {
  const { service_cmd: start, service_stop_cmd: stop, service_shell: shell = false } = section;
  const startCommand = commandOf(build, [...path, 'service_cmd'], { written: start, shell });
  if (startCommand === undefined) return undefined;
  const environment = Object.entries(section.service_env ?? {}).flatMap(([name, written]) => {
    const value = followed(build, [...path, 'service_env', name], written);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    start: startCommand,
    stop: commandOf(build, [...path, 'service_stop_cmd'], { written: stop, shell }),
    environment: new Map(environment),
  };
}

function commandOf(
  build: SnapshotBuild,
  path: KeyPath,
  { written, shell }: { readonly written: EntrySection['service_cmd']; readonly shell: boolean },
): ServiceCommand | undefined {
  if (written === undefined) return undefined;
  if (typeof written !== 'string') {
    const [first = '', ...rest] = written;
    return { kind: 'words', words: [first, ...rest] };
  }
  if (shell) return { kind: 'shell', text: written };
  const split = splitCommand(written);
  if (split.kind === 'words') return split;
  const remedy = 'Put quotes around it, or write service_shell: true.';
  build.error(path, split.reason, remedy);
  return undefined;
}
