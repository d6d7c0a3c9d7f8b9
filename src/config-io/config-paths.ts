import { posix, win32 } from 'node:path';

/** Where a user's configuration and state live. */
export interface ConfigPaths {
  readonly configDirectory: string;
  readonly configFile: string;
  readonly stateDirectory: string;
}

export interface PlatformFacts {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The file that is read when no other is named. */
const CONFIG_FILE_NAME = 'switchyard.yaml';

/**
 * The directories of this user on this system. `SWITCHYARD_HOME` puts both into one place,
 * `SWITCHYARD_STATE_DIR` moves the state alone. Never depends on
 * the working directory: a relative path in a variable is ignored, as the XDG specification demands.
 */
export function configPaths(facts: PlatformFacts): ConfigPaths {
  const { join } = pathsOf(facts.platform);
  const { configDirectory, stateDirectory } = directories(facts);
  return {
    configDirectory,
    configFile: join(configDirectory, CONFIG_FILE_NAME),
    stateDirectory: absolute(facts, 'SWITCHYARD_STATE_DIR') ?? stateDirectory,
  };
}

function directories(facts: PlatformFacts): Omit<ConfigPaths, 'configFile'> {
  const { join } = pathsOf(facts.platform);
  const own = absolute(facts, 'SWITCHYARD_HOME');
  if (own !== undefined) return { configDirectory: own, stateDirectory: join(own, 'state') };
  if (facts.platform === 'win32') {
    const roaming = absolute(facts, 'APPDATA') ?? join(facts.home, 'AppData', 'Roaming');
    const local = absolute(facts, 'LOCALAPPDATA') ?? join(facts.home, 'AppData', 'Local');
    return { configDirectory: join(roaming, 'switchyard'), stateDirectory: join(local, 'switchyard') };
  }
  if (facts.platform === 'darwin') {
    const support = join(facts.home, 'Library', 'Application Support', 'switchyard');
    return { configDirectory: support, stateDirectory: support };
  }
  const config = absolute(facts, 'XDG_CONFIG_HOME') ?? join(facts.home, '.config');
  const state = absolute(facts, 'XDG_STATE_HOME') ?? join(facts.home, '.local', 'state');
  return { configDirectory: join(config, 'switchyard'), stateDirectory: join(state, 'switchyard') };
}

function absolute({ platform, environment }: PlatformFacts, variable: string): string | undefined {
  const value = environment[variable]?.trim();
  return value !== undefined && pathsOf(platform).isAbsolute(value) ? value : undefined;
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
