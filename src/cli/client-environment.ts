/**
 * How a client is started through a gateway, by its environment and its command line alone. Pure: facts in, changes
 * out. `run` applies them to one child process, `env` prints them for a shell.
 */
import type {
  ClientSetup,
  ClientValues,
  EnvironmentChange,
  GatewayForClient,
  Launch,
} from '../connect/client-setup.ts';
import type { Environment } from './terminal.ts';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'] as const;

export interface LaunchInput {
  readonly setup: ClientSetup;
  readonly gateway: GatewayForClient;
  readonly environment: Environment;
  readonly values: ClientValues;
}

/** The client's own way, and for all of them: a corporate proxy must not stand before this machine. */
export function launchOf({ setup, gateway, environment, values }: LaunchInput): Launch {
  const launch = setup.launch(gateway, { environment, values });
  return { ...launch, environment: { ...launch.environment, ...exceptFromProxy(environment) } };
}

/** The environment with a change applied, for a child process. */
export function applyChange(environment: Environment, change: EnvironmentChange): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...environment, ...change }))
    if (value !== undefined) result[name] = value;
  return result;
}

/** A corporate proxy cannot reach this machine's loopback: the client must go there directly. */
function exceptFromProxy(environment: Environment): EnvironmentChange {
  const proxied = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  if (!proxied.some((name) => environment[name])) return {};
  const present = (environment['no_proxy'] ?? environment['NO_PROXY'] ?? '').split(/[\s,]+/).filter(Boolean);
  if (present.includes('*')) return {};
  const whole = [...new Set([...present, ...LOOPBACK_HOSTS])].join(',');
  return { NO_PROXY: whole, no_proxy: whole };
}
