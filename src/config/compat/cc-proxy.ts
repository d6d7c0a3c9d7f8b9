import type * as Toml from 'smol-toml';
import { lazyModule } from '../../lib/lazy.ts';
import type { Assignment } from '../layers/layer.ts';
import type { ConfigProblem, Source } from '../problems/problem.ts';
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import {
  readVariable,
  sourceOfVariable,
  warning,
  type Environment,
  type Translation,
} from './environment.ts';

/** Keys of cc-proxy (Rust), as paths in its `cc-proxy.toml`. */
const KEYS: readonly (readonly [section: string | undefined, key: string])[] = [
  [undefined, 'default_mode'],
  ['server', 'listen_address'],
  ['target', 'timeout_secs'],
  ['target', 'max_concurrent'],
  ['passthrough', 'url'],
  ['passthrough', 'timeout_secs'],
  ['passthrough', 'passthrough_auth'],
  ['tracing', 'service_name'],
  ['tracing', 'otlp_endpoint'],
  ['tracing', 'log_level'],
];

/** One of its settings, and where it was written. */
interface Setting {
  readonly name: string;
  readonly value: RawValue;
  readonly source: Source;
}

/**
 * Reads a `cc-proxy.toml`. Keys whose feature is not there, and keys nobody knows, are warned about: the file
 * is another program's, so nothing in it is an error but bad syntax.
 */
export function translateCcProxyFile(text: string, path: string): Translation {
  const parsed = parseToml(text, path);
  if (parsed.kind === 'broken') return { assignments: [], problems: [parsed.problem] };
  const source: Source = { kind: 'file', path, line: undefined, column: undefined };
  const settings = Object.entries(parsed.values).flatMap(([key, value]): Setting[] =>
    isRawObject(value)
      ? Object.entries(value).map(([inner, entry]) => ({ name: `${key}.${inner}`, value: entry, source }))
      : [{ name: key, value, source }],
  );
  return translateSettings(settings);
}

/** `CC_DEFAULT_MODE`, `CC_SERVER__LISTEN_ADDRESS` and the like; every other `CC_*` variable is left alone. */
export function translateCcProxyEnvironment(environment: Environment): Translation {
  const settings = KEYS.flatMap(([section, key]): Setting[] => {
    const variable = `CC_${section === undefined ? '' : `${section}__`}${key}`.toUpperCase();
    const value = readVariable(environment, variable);
    if (value === undefined) return [];
    const name = section === undefined ? key : `${section}.${key}`;
    return [{ name, value, source: sourceOfVariable(environment, variable) }];
  });
  return translateSettings(settings);
}

function translateSettings(settings: readonly Setting[]): Translation {
  const parts = settings.map(translateSetting);
  return {
    assignments: parts.flatMap(({ assignments }) => assignments),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

function translateSetting(setting: Setting): Translation {
  const { name, value, source } = setting;
  switch (name) {
    case 'server.listen_address':
      return assigned([{ path: ['server', 'listen'], value, source }]);
    case 'passthrough.url':
      return assigned([{ path: ['providers', 'anthropic', 'base_url'], value, source }]);
    case 'passthrough.timeout_secs':
      return assigned(timeoutClocks('anthropic', setting));
    case 'target.timeout_secs':
      return assigned([...timeoutClocks('target', setting), { path: ['compare', 'timeout'], value, source }]);
    case 'target.max_concurrent':
      return assigned([{ path: ['compare', 'max_concurrent'], value: numberOf(value), source }]);
    case 'passthrough.passthrough_auth':
      return value === false || value === 'false'
        ? assigned([{ path: ['providers', 'anthropic', 'auth'], value: 'none', source }])
        : assigned([]);
    case 'tracing.service_name':
      return assigned([{ path: ['tracing', 'service_name'], value, source }]);
    case 'tracing.otlp_endpoint':
      return assigned(tracingEndpoint(setting));
    case 'default_mode':
      return assigned([{ path: ['mode'], value, source }]);
    default:
      return withoutEffect(setting);
  }
}

/** It showed messages in its traces, without being asked; a variable alone does not go so far. */
function tracingEndpoint({ value, source }: Setting): readonly Assignment[] {
  const endpoint: Assignment = { path: ['tracing', 'endpoint'], value, source };
  const content: Assignment = { path: ['tracing', 'content'], value: true, source };
  return source.kind === 'file' ? [endpoint, content] : [endpoint];
}

/** Its one timeout is for an upstream that hangs; a stream that is alive may take longer. */
function timeoutClocks(provider: string, { value, source }: Setting): readonly Assignment[] {
  return ['headers_stream', 'headers_whole', 'first_event', 'idle', 'total_whole'].map((clock) => ({
    path: ['providers', provider, 'clocks', clock],
    value,
    source,
  }));
}

/** A variable is text; what is no number is left for the schema to refuse. */
function numberOf(value: RawValue): RawValue {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

function assigned(assignments: readonly Assignment[]): Translation {
  return { assignments, problems: [] };
}

function withoutEffect({ name, source }: Setting): Translation {
  return { assignments: [], problems: [warning(source, `The cc-proxy setting ${name} has no effect`, '')] };
}

type TomlReading =
  | { readonly kind: 'read'; readonly values: RawObject }
  | { readonly kind: 'broken'; readonly problem: ConfigProblem };

const loadToml = lazyModule<typeof Toml>(import.meta.url, 'smol-toml');

/** The parser's message is cut after its first line: the lines after it repeat the text around the mistake. */
function parseToml(text: string, path: string): TomlReading {
  const { TomlError, parse } = loadToml();
  try {
    // Dates, the one TOML type that JSON lacks, appear in none of the keys that are read.
    return { kind: 'read', values: parse(text) as RawObject };
  } catch (thrown) {
    const position = thrown instanceof TomlError ? thrown : undefined;
    const detail = thrown instanceof Error ? (thrown.message.split('\n', 1)[0] ?? '') : '';
    const problem: ConfigProblem = {
      severity: 'error',
      source: { kind: 'file', path, line: position?.line, column: position?.column },
      path: [],
      message: `The file is not valid TOML: ${detail}`,
      remedy: '',
    };
    return { kind: 'broken', problem };
  }
}

/** Drops what is set for the provider `target` when no `--target-url` made one. */
export function withoutIdleTarget(
  assignments: readonly Assignment[],
  hasTarget: boolean,
): readonly Assignment[] {
  if (hasTarget) return assignments;
  return assignments.filter(({ path }) => !(path[0] === 'providers' && path[1] === 'target'));
}
