import type { SocketAddress } from '../../domain/provider.ts';
import { DEFAULT_PORT } from '../defaults.ts';
import { didYouMean } from '../problems/did-you-mean.ts';
import { isIpv4, isIpv6 } from '../values/ip-address.ts';
import type { Assignment } from '../layers/layer.ts';
import { formatListenAddress, parseListenAddress } from '../values/listen-address.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { isRawObject, ownValue, valueAt, type RawObject, type RawValue } from '../layers/raw-value.ts';
import {
  readVariable,
  sourceOfVariable,
  warning,
  type Environment,
  type Translation,
} from './environment.ts';

/** Variables that stand for one key each. */
export const KEY_VARIABLES: Readonly<
  Record<string, { readonly path: readonly string[]; readonly kind: 'text' | 'list' | 'boolean' | 'number' }>
> = {
  SWITCHYARD_LISTEN: { path: ['server', 'listen'], kind: 'list' },
  SWITCHYARD_ALLOWED_HOSTS: { path: ['server', 'allowed_hosts'], kind: 'list' },
  SWITCHYARD_MAX_BODY_BYTES: { path: ['server', 'max_body_bytes'], kind: 'text' },
  SWITCHYARD_MAX_EXCHANGES: { path: ['server', 'max_exchanges'], kind: 'number' },
  SWITCHYARD_PROFILE: { path: ['profile'], kind: 'text' },
  SWITCHYARD_MODE: { path: ['mode'], kind: 'text' },
  SWITCHYARD_MODEL: { path: ['force', 'model'], kind: 'text' },
  SWITCHYARD_PROVIDER: { path: ['force', 'provider'], kind: 'text' },
  SWITCHYARD_DEFAULT: { path: ['default'], kind: 'list' },
  SWITCHYARD_HAIKU: { path: ['tiers', 'haiku'], kind: 'list' },
  SWITCHYARD_SONNET: { path: ['tiers', 'sonnet'], kind: 'list' },
  SWITCHYARD_OPUS: { path: ['tiers', 'opus'], kind: 'list' },
  SWITCHYARD_PASSTHROUGH_FALLBACK: { path: ['passthrough', 'fallback'], kind: 'boolean' },
  SWITCHYARD_CLAUDE_CREDENTIALS_FILE: { path: ['claude_credentials_file'], kind: 'boolean' },
  SWITCHYARD_TERMINAL_MODE: { path: ['terminal', 'mode'], kind: 'text' },
  SWITCHYARD_TERMINAL_COLOR: { path: ['terminal', 'color'], kind: 'text' },
  SWITCHYARD_CAPTURE_MODE: { path: ['capture', 'mode'], kind: 'text' },
  SWITCHYARD_STORE_ENABLED: { path: ['store', 'enabled'], kind: 'boolean' },
  /** The predecessors' name for the same. */
  CCP_NET_FALLBACK: { path: ['net_fallback'], kind: 'boolean' },
  CCP_PERSIST: { path: ['store', 'enabled'], kind: 'boolean' },
};

/** Variables of ours that are read elsewhere: they say where the configuration is, not what is in it. */
const OTHER_VARIABLES = [
  'SWITCHYARD_CONFIG',
  'SWITCHYARD_HOME',
  'SWITCHYARD_STATE_DIR',
  'SWITCHYARD_LOG_FILE',
  'SWITCHYARD_DEBUG',
];

/** `SWITCHYARD_*`, `PORT`, `HOST` and `MITM_FORCE_H1`. @param below the layers under the environment, merged */
export function translateOwnEnvironment(environment: Environment, below: RawObject): Translation {
  const listen = translateListen(environment, below);
  const keys = Object.keys(KEY_VARIABLES).flatMap((variable) => translateKey(environment, variable));
  return {
    assignments: [...listen.assignments, ...forcedHttp(environment, below), ...keys],
    problems: [...listen.problems, ...mistypedVariables(environment)],
  };
}

function translateKey(environment: Environment, variable: string): readonly Assignment[] {
  const text = readVariable(environment, variable);
  const key = KEY_VARIABLES[variable];
  if (text === undefined || key === undefined) return [];
  return [
    { path: key.path, value: toRawValue(text, key.kind), source: sourceOfVariable(environment, variable) },
  ];
}

/** What does not fit its kind stays text, for the schema to refuse it in its own words. */
function toRawValue(text: string, kind: 'text' | 'list' | 'boolean' | 'number'): RawValue {
  if (kind === 'list') return text.split(/[\s,]+/).filter((entry) => entry !== '');
  if (kind === 'number') return /^\d+$/.test(text) ? Number(text) : text;
  if (kind === 'boolean') return BOOLEANS.get(text.toLowerCase()) ?? text;
  return text;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** Several shells export HOST as the name of the machine; only an address is meant for us. */
function translateListen(environment: Environment, below: RawObject): Translation {
  const hostText = readVariable(environment, 'HOST');
  const isAddress =
    hostText === 'localhost' || (hostText !== undefined && (isIpv4(hostText) || isIpv6(hostText)));
  const host = isAddress ? hostText : undefined;
  const port = readVariable(environment, 'PORT');
  if (host === undefined && port === undefined) return { assignments: [], problems: [] };
  const source = sourceOfVariable(environment, port === undefined ? 'HOST' : 'PORT');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    const problem: ConfigProblem = {
      severity: 'error',
      source,
      path: [],
      message: 'It is not a port number',
      remedy: '',
    };
    return { assignments: [], problems: [problem] };
  }
  const value = listenWith(below, { host, port: port === undefined ? undefined : Number(port) });
  return { assignments: [{ path: ['server', 'listen'], value, source }], problems: [] };
}

/** The configured addresses with the host or the port, or both, replaced. */
export function listenWith(
  below: RawObject,
  wanted: { readonly host: string | undefined; readonly port: number | undefined },
): RawValue {
  const configured = configuredAddresses(below);
  const port = wanted.port ?? configured[0]?.port ?? DEFAULT_PORT;
  const written = valueAt(below, ['server', 'listen']);
  const isWritten = wanted.host === undefined && configured.every((address) => address.port === port);
  // The same, in the same words: a gateway that runs with it has no other configuration.
  if (written !== undefined && isWritten) return written;
  if (wanted.host !== undefined) {
    const host = wanted.host.replace(/^\[|\]$/g, '');
    return [formatListenAddress({ host, port })];
  }
  const hosts = configured.length === 0 ? ['localhost'] : configured.map(({ host }) => host);
  return hosts.map((host) => formatListenAddress({ host, port }));
}

function configuredAddresses(below: RawObject): readonly SocketAddress[] {
  const listen = valueAt(below, ['server', 'listen']);
  const entries = Array.isArray(listen) ? listen : listen === undefined ? [] : [listen];
  return entries.flatMap((entry) => {
    const addresses = parseListenAddress(String(entry));
    return 'wrong' in addresses ? [] : addresses;
  });
}

/** `MITM_FORCE_H1` speaks of Z.ai alone; every other provider is left as it is. */
function forcedHttp(environment: Environment, below: RawObject): readonly Assignment[] {
  const text = readVariable(environment, 'MITM_FORCE_H1');
  const isOn = text === undefined ? undefined : BOOLEANS.get(text.toLowerCase());
  const providers = ownValue(below, 'providers');
  if (isOn === undefined || !isRawObject(providers) || !Object.hasOwn(providers, 'zai')) return [];
  const source = sourceOfVariable(environment, 'MITM_FORCE_H1');
  return [{ path: ['providers', 'zai', 'http'], value: isOn ? '1.1' : '2', source }];
}

function mistypedVariables(environment: Environment): readonly ConfigProblem[] {
  const known = [...Object.keys(KEY_VARIABLES), ...OTHER_VARIABLES].filter(isOurs);
  return Object.keys(environment.values)
    .filter((name) => isOurs(name) && !known.includes(name))
    .flatMap((name) => {
      const near = didYouMean(
        name.slice('SWITCHYARD_'.length),
        known.map((entry) => entry.slice('SWITCHYARD_'.length)),
      );
      if (near === undefined) return [];
      const source = sourceOfVariable(environment, name);
      return [warning(source, 'There is no such setting', `Did you mean SWITCHYARD_${near}?`)];
    });
}

function isOurs(name: string): boolean {
  return name.startsWith('SWITCHYARD_');
}
