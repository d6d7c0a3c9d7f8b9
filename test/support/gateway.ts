/** The real gateway as a child process with a configuration and a home of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningProgram } from './program.ts';
import { startProgram } from './program.ts';

export interface GatewaySettings {
  /** The text of its configuration file. */
  readonly yaml: string;
  /** Added to an otherwise bare environment: PATH, HOME and SWITCHYARD_HOME are set. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** More files beside the configuration, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where it is started; its own home unless said otherwise. */
  readonly workingDirectory?: string;
}

export interface RunningGateway extends RunningProgram {
  /** Its configuration and state directory, removed by `stop()`. */
  readonly home: string;
}

const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));

export async function startGateway(settings: GatewaySettings): Promise<RunningGateway> {
  const home = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  const file = join(home, 'switchyard.yaml');
  await writeFile(file, settings.yaml);
  for (const [name, content] of Object.entries(settings.files ?? {}))
    await writeFile(join(home, name), content);
  const removeHome = async (): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 3 });
  try {
    const program = await startProgram({
      command: process.execPath,
      arguments: [LAUNCHER, 'start', '--config', file, '--port', '0', ...(settings.arguments ?? [])],
      environment: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        SWITCHYARD_HOME: home,
        // Compiled code is kept where the developer's own runs keep it; nothing else is shared.
        XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
        ...settings.environment,
      },
      workingDirectory: settings.workingDirectory ?? home,
    });
    return {
      ...program,
      home,
      stop: async () => {
        await program.stop();
        await removeHome();
      },
    };
  } catch (error) {
    await removeHome();
    throw error;
  }
}

/** The environment variable that the configurations of these tests take their provider's key from. */
export const KEY_VARIABLE = 'UPSTREAM_KEY';

/** A stand-in provider with a key of its own, as the lines below `providers:`. */
export function standIn(name: string, url: string, format: StandInFormat = 'anthropic-messages'): string {
  return `  ${name}:
    base_url: ${format === 'openai-chat' ? `${url}/v1` : url}
    format: ${format}
    http: "1.1"
    auth: { header: x-api-key, secret: "env:${KEY_VARIABLE}" }
`;
}

export type StandInFormat = 'anthropic-messages' | 'openai-chat';

/** A configuration that sends every model to one stand-in provider. */
export function oneProvider(url: string, format: StandInFormat = 'anthropic-messages'): string {
  return `
providers:
${standIn('standin', url, format)}
tiers: { haiku: standin, sonnet: standin, opus: standin }
default: standin
`;
}
