/** `switchyard keys create | list | revoke`: who may use the gateway from other machines. */
import { InvalidArgumentError, type Command } from 'commander';
import {
  createClientKey,
  clientKeyFile,
  readClientKeys,
  revokeClientKey,
} from '../../config-io/client-keys/client-key-store.ts';
import type { StoredClientKey } from '../../config/values/client-key-file.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { openTerminal, toJson } from '../terminal.ts';

interface CreateOptions {
  readonly expires?: number;
  readonly limit: StoredClientKey['limits'];
  readonly label: StoredClientKey['labels'];
}

export function registerKeysCommand(program: Command): void {
  const keys = program.command('keys').description('who may use the gateway from other machines');
  keys
    .command('create')
    .description('makes a key and shows it once; a gateway that runs knows it at once')
    .argument('<name>', 'who will use it, as usage and logs will call them', nameOf)
    .option('--expires <when>', 'a time from now (30d, 12h), or a date', expiryOf)
    .option(
      '--limit <kind=number>',
      'requests-per-minute, concurrent, tokens-per-day; may be repeated',
      addLimit,
      {},
    )
    .option('--label <name=text>', 'project or user, for the ledger; may be repeated', addLabel, {})
    .action(createKey);
  keys
    .command('list')
    .description('the keys there are, without what they open')
    .option('--json', 'as JSON, on stdout')
    .action(listKeys);
  keys
    .command('revoke')
    .description('takes a key away; a gateway that runs refuses it at once')
    .argument('<name>', 'from keys list')
    .action(revokeKey);
}

function createKey(name: string, { expires, limit, label }: CreateOptions): void {
  const { data, note, environment } = openTerminal();
  const path = pathOf();
  if (readClientKeys(path).some((key) => key.name === name))
    throw new CommandError({
      exitCode: EXIT.usage,
      what: `there is a key named ${name} already`,
      next: `switchyard keys revoke ${name}, or choose another name`,
    });
  const key = createClientKey(path, { name, labels: label, limits: limit, expiresAt: expires }, Date.now());
  data(key.reveal());
  note(
    'This is the only time it is shown. The client sends it as x-switchyard-key, or as x-api-key or Bearer.',
  );
  note('Claude Code: ANTHROPIC_CUSTOM_HEADERS="x-switchyard-key: THE KEY" keeps its own login in use.');
  if (environment['SWITCHYARD_STATE_DIR'] !== undefined) note(`kept in ${path}`);
}

function listKeys({ json }: { readonly json?: boolean }): void {
  const { data, note } = openTerminal();
  const keys = readClientKeys(pathOf());
  if (json) return data(toJson(keys.map(withoutDigest)));
  if (keys.length === 0) note('There are no keys: only programs of this machine may use the gateway.');
  for (const key of keys) data(formatKey(key));
}

/** The digest opens nothing and is nobody's business. */
function withoutDigest({ name, hint, created_at, expires_at, labels, limits }: StoredClientKey): object {
  return { name, hint, created_at, expires_at, labels, limits };
}

function formatKey({ name, hint, created_at, expires_at, labels, limits }: StoredClientKey): string {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const isOver = expires_at !== null && expires_at <= Date.now();
  const facts = [
    `since ${day(created_at)}`,
    expires_at === null ? '' : `${isOver ? 'EXPIRED' : 'until'} ${day(expires_at)}`,
    ...Object.entries(labels).map(([label, text]) => `${label}=${text}`),
    ...Object.entries(limits).map(([limit, number]) => `${limit.replaceAll('_', '-')}=${number}`),
  ];
  return `${name.padEnd(20)} ${hint.padEnd(9)} ${facts.filter((fact) => fact !== '').join('  ')}`;
}

function revokeKey(name: string): void {
  const { note } = openTerminal();
  if (revokeClientKey(pathOf(), name)) return note(`revoked ${name}`);
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `there is no key named ${name}`,
    next: 'switchyard keys list',
  });
}

function pathOf(): string {
  return clientKeyFile(stateDirectoryOf(openTerminal().environment));
}

function nameOf(text: string): string {
  if (/^[\w.@-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits and . _ - @, at most 64.');
}

function expiryOf(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const at = amount === undefined ? Date.parse(text) : Date.now() + Number(amount) * (UNIT_MS[unit] ?? NaN);
  if (Number.isNaN(at) || at <= Date.now())
    throw new InvalidArgumentError('It must be a time from now such as 30d, or a date to come.');
  return at;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const LIMITS = ['requests-per-minute', 'concurrent', 'tokens-per-day'] as const;

function addLimit(text: string, limits: StoredClientKey['limits']): StoredClientKey['limits'] {
  const [kind, number] = split(text);
  const amount = Number(number);
  const known = LIMITS.find((limit) => limit === kind);
  if (known === undefined || !Number.isInteger(amount) || amount < 1)
    throw new InvalidArgumentError(`It must be one of ${LIMITS.join(', ')}, with = and a whole number.`);
  return { ...limits, [known.replaceAll('-', '_')]: amount };
}

function addLabel(text: string, labels: StoredClientKey['labels']): StoredClientKey['labels'] {
  const [name, value] = split(text);
  if ((name === 'project' || name === 'user') && value !== '') return { ...labels, [name]: value };
  throw new InvalidArgumentError('It must be project=… or user=….');
}

function split(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
