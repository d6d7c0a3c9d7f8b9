import { z } from 'zod';
import { Secret } from '../../lib/secret.ts';
import { splitCommand } from '../../lib/split-command.ts';
import { CHAIN_PRESETS, presetOf } from '../build/chain-presets.ts';
import { DEFAULT_PORT } from '../defaults.ts';
import type { RawObject } from '../layers/raw-value.ts';

/** A predecessor's `proxy_chain.json`, as entries of ours. */
export interface ImportedChain {
  readonly entries: readonly RawObject[];
  /** What was understood differently or left out, as sentences. */
  readonly notes: readonly string[];
  /** Keys that stood in the file itself; the entries name these variables instead. */
  readonly keys: readonly { readonly variable: string; readonly value: Secret }[];
}

const foreignEntrySchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  url: z.string().nullish(),
  auth_key: z.string().nullish(),
  enabled: z.boolean().nullish(),
  order: z.number().nullish(),
  service_cmd: z.string().nullish(),
  service_stop_cmd: z.string().nullish(),
  health_path: z.string().nullish(),
  port: z.number().int().min(0).max(65_535).nullish(),
  timeout: z.number().positive().nullish(),
  extra_headers: z.record(z.string(), z.string()).nullish(),
  type: z.enum(['http', 'cli_wrapper']).nullish(),
  model_prefixes: z.array(z.string()).nullish(),
});

type ForeignEntry = z.output<typeof foreignEntrySchema>;

/**
 * Reads what `proxy_chain.json` holds. There the gateway is an entry like any other: what stands before it comes
 * before ours, what follows comes after. Never fails; what cannot be used is noted.
 * @param file the parsed JSON
 * @param gatewayPort the port under which the gateway itself is listed
 */
export function importProxyChain(file: unknown, gatewayPort = DEFAULT_PORT): ImportedChain {
  const collected = new Collected();
  const listed = z.object({ entries: z.array(z.unknown()) }).safeParse(file);
  if (!listed.success) {
    collected.notes.push('The file has no list of entries.');
    return collected;
  }
  const readable = listed.data.entries.flatMap((entry, index) => {
    const parsed = foreignEntrySchema.safeParse(entry);
    if (parsed.success) return [parsed.data];
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    collected.notes.push(`Entry ${index + 1} is left out: its ${where} cannot be used.`);
    return [];
  });
  const ordered = readable.toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
  const own = ordered.findIndex((entry) => portOf(entry) === gatewayPort);
  ordered.forEach((entry, index) => {
    if (index !== own) addEntry(collected, entry, index < own ? 'before' : 'after');
  });
  return collected;
}

class Collected implements ImportedChain {
  readonly entries: RawObject[] = [];
  readonly notes: string[] = [];
  readonly keys: { variable: string; value: Secret }[] = [];
}

function addEntry(collected: Collected, foreign: ForeignEntry, place: 'before' | 'after'): void {
  const id =
    foreign.id
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .replace(/^[-_]+/, '')
      .slice(0, 64) || 'entry';
  const enabled = foreign.enabled === false ? { enabled: false } : {};
  const preset = presetOf([foreign.id, foreign.name], portOf(foreign));
  if (foreign.type === 'cli_wrapper') {
    collected.entries.push({ id, name: foreign.name, type: 'cli_wrapper', ...enabled });
    return;
  }
  const side = preset === 'headroom' ? 'before' : place;
  if (side !== place)
    collected.notes.push(`${id} is placed before the gateway, where logins pass it unchanged.`);
  if (side === 'after' && (foreign.model_prefixes ?? []).length === 0)
    collected.notes.push(`${id} gets no requests until its entry names providers.`);
  collected.entries.push({
    id,
    name: foreign.name,
    side,
    ...enabled,
    ...(foreign.url ? { url: foreign.url } : { port: foreign.port ?? 0 }),
    ...(foreign.health_path ? { health_path: foreign.health_path } : {}),
    ...(foreign.timeout ? { timeout: foreign.timeout } : {}),
    ...serviceFields(collected, foreign, id),
    ...(preset === 'headroom' ? { service_env: CHAIN_PRESETS.headroom.service_env } : {}),
    ...keyField(collected, foreign.auth_key ?? '', id),
    ...headerFields(collected, foreign, id),
    ...((foreign.model_prefixes ?? []).length > 0 ? { model_prefixes: foreign.model_prefixes ?? [] } : {}),
  });
}

function portOf({ url, port }: ForeignEntry): number | undefined {
  const parsed = url ? URL.parse(url) : null;
  return parsed === null || parsed.port === '' ? (port ?? undefined) : Number(parsed.port);
}

function serviceFields(collected: Collected, foreign: ForeignEntry, id: string): RawObject {
  const { service_cmd: start, service_stop_cmd: stop } = foreign;
  if (!start) return {};
  const needsShell = [start, stop].some((text) => text && splitCommand(text).kind === 'wrong');
  if (needsShell) collected.notes.push(`${id} is started by a shell, as its command asks for.`);
  return {
    service_cmd: start,
    ...(stop ? { service_stop_cmd: stop } : {}),
    ...(needsShell ? { service_shell: true } : {}),
  };
}

function keyField(collected: Collected, key: string, id: string): RawObject {
  return key === '' ? {} : { auth_key: referenceOf(collected, key, `${id}_key`) };
}

/** `${NAME}` becomes a reference; a key in plain text is handed to whoever can keep it. */
function referenceOf(collected: Collected, text: string, purpose: string): string {
  const named = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))$/.exec(text.trim());
  const name = named?.[1] ?? named?.[2];
  if (name !== undefined) return `env:${name}`;
  const variable = `SWITCHYARD_CHAIN_${purpose.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase()}`;
  collected.keys.push({ variable, value: new Secret(text) });
  collected.notes.push(`A key stood in the file; the entry now names the variable ${variable}.`);
  return `env:${variable}`;
}

const CREDENTIAL_HEADER = /^(?:authorization|(?:x-|x-goog-)?api-key|cookie)$/i;

function headerFields(collected: Collected, { extra_headers: headers }: ForeignEntry, id: string): RawObject {
  const fields = Object.entries(headers ?? {}).map(([name, value]) => {
    const isSecret = CREDENTIAL_HEADER.test(name) || value.trim().startsWith('${');
    return [name, isSecret ? referenceOf(collected, value, `${id}_${name}`) : value] as const;
  });
  return fields.length === 0 ? {} : { extra_headers: Object.fromEntries(fields) };
}
