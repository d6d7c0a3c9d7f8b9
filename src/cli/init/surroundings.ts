/** What a first run finds on this machine: clients, helper services, keys (by name only). */
import { connect } from 'node:net';
import { CLIENT_SETUPS } from '../../connect/registry.ts';
import { KNOWN_PROVIDERS } from '../../providers/known-providers.ts';
import { findOnPath } from '../run/find-on-path.ts';
import type { Environment } from '../terminal.ts';

export interface Surroundings {
  /** Names of clients that are installed. */
  readonly clients: readonly string[];
  readonly helpers: readonly Helper[];
  /** Known providers whose variable is set. */
  readonly keys: readonly FoundKey[];
}

interface FoundKey {
  readonly provider: string;
  readonly variable: string;
}

interface Helper {
  readonly title: string;
  readonly port: number;
  /** The provider it is in our configuration, where it serves models itself. */
  readonly provider: string | undefined;
}

const HELPERS: readonly Helper[] = [
  { title: 'Headroom', port: 8787, provider: undefined },
  { title: 'CLIProxyAPI', port: 8317, provider: undefined },
  { title: 'Ollama', port: 11_434, provider: 'ollama' },
  { title: 'LM Studio', port: 1234, provider: 'lmstudio' },
];

const TIMEOUT_MS = 300;

export async function lookAround(environment: Environment): Promise<Surroundings> {
  const clients = CLIENT_SETUPS.map(({ name }) => name).filter(
    (name) => findOnPath(name, environment) !== undefined,
  );
  const answers = await Promise.all(HELPERS.map(({ port }) => listens(port)));
  return {
    clients,
    helpers: HELPERS.filter((_, index) => answers[index]),
    keys: foundKeys(environment),
  };
}

function foundKeys(environment: Environment): FoundKey[] {
  return KNOWN_PROVIDERS.flatMap(({ name, credential }) => {
    const isSet = credential.kind === 'secret' && (environment[credential.variable] ?? '').trim() !== '';
    return isSet ? [{ provider: name, variable: credential.variable }] : [];
  });
}

/** Whether something answers there; what it is, nobody asks. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .on('connect', () => end(true))
      .on('error', () => end(false))
      .on('timeout', () => end(false));
  });
}
