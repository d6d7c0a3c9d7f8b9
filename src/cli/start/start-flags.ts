import { resolve } from 'node:path';

/** The flags of `start`, as commander gives them. */
export interface StartOptions {
  readonly port?: number;
  readonly host?: string;
  readonly config?: string;
  readonly envFile?: string;
  readonly chain?: string;
  readonly targetUrl?: string;
  readonly model?: string;
  readonly allowAnthropicOnly?: boolean;
}

/** Files are named from the caller's directory; the gateway may run in another. */
export function withAbsolutePaths(options: StartOptions): StartOptions {
  return {
    ...options,
    ...(options.config === undefined ? {} : { config: resolve(options.config) }),
    ...(options.chain === undefined ? {} : { chain: resolve(options.chain) }),
    ...(options.envFile === undefined ? {} : { envFile: resolve(options.envFile) }),
  };
}

const FLAGS = {
  port: '--port',
  host: '--host',
  config: '--config',
  envFile: '--env-file',
  chain: '--chain',
  targetUrl: '--target-url',
  model: '--model',
  allowAnthropicOnly: '--allow-anthropic-only',
} as const satisfies Record<keyof StartOptions, string>;

/** The options as words of a command line, for a gateway in the background and for its restart. */
export function toWords(options: StartOptions): string[] {
  return Object.entries(FLAGS).flatMap(([name, flag]) => {
    // The table's keys are exactly those of the options.
    const value = options[name as keyof StartOptions];
    if (value === undefined || value === false) return [];
    return value === true ? [flag] : [flag, String(value)];
  });
}
