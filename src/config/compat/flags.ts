import { descriptorByUrl } from '../../providers/known-providers.ts';
import type { Assignment } from '../layers/layer.ts';
import type { Source } from '../problems/problem.ts';
import type { RawObject } from '../layers/raw-value.ts';
import { readVariable, type Environment } from './environment.ts';
import { listenWith } from './own-environment.ts';

/** What the command line can say about the configuration. All optional: a flag that was not given is absent. */
export interface ConfigFlags {
  /** Where the file is; a name that ends in .toml is read as cc-proxy's. */
  readonly config?: string | undefined;
  /** A `.env` file to read besides the usual ones. */
  readonly envFile?: string | undefined;
  /** A predecessor's `proxy_chain.json`, in place of the chain of the configuration. */
  readonly chain?: string | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Send everything to this URL. Lives on the command line only, never in a file. */
  readonly targetUrl?: string | undefined;
  /** Ask for this model in ALL requests, those of subagents included. */
  readonly model?: string | undefined;
  /** Lets the mode anthropic-only be asked for. Lives on the command line only, never in a file. */
  readonly allowAnthropicOnly?: boolean | undefined;
}

/** @param below the layers under the flags, merged */
export function translateFlags(
  flags: ConfigFlags,
  environment: Environment,
  below: RawObject,
): readonly Assignment[] {
  return [...listenFlags(flags, below), ...targetFlag(flags, environment), ...modelFlag(flags)];
}

function listenFlags({ listen, host, port }: ConfigFlags, below: RawObject): readonly Assignment[] {
  const path = ['server', 'listen'];
  if (listen !== undefined && listen.length > 0) return [{ path, value: listen, source: flag('--listen') }];
  if (host === undefined && port === undefined) return [];
  const source = flag(port === undefined ? '--host' : '--port');
  return [{ path, value: listenWith(below, { host, port }), source }];
}

/**
 * The provider `target`, for every route: its credential is TARGET_API_KEY or none, never the caller's. Tiers,
 * default and mappings are set as well, so that no model name of theirs is asked for at the target.
 */
function targetFlag({ targetUrl }: ConfigFlags, environment: Environment): readonly Assignment[] {
  if (targetUrl === undefined) return [];
  const source = flag('--target-url');
  const descriptor = descriptorByUrl(targetUrl);
  const hasKey = readVariable(environment, 'TARGET_API_KEY') !== undefined;
  const entry: RawObject = {
    base_url: targetUrl,
    auth: hasKey ? { secret: 'env:TARGET_API_KEY' } : 'none',
    ...(descriptor === undefined ? {} : { type: descriptor.name }),
  };
  return [
    ...Object.entries(entry).map(([key, value]) => ({ path: ['providers', 'target', key], value, source })),
    ...['haiku', 'sonnet', 'opus'].map((tier) => ({ path: ['tiers', tier], value: 'target', source })),
    { path: ['default'], value: 'target', source },
    { path: ['mappings'], value: [], source },
    { path: ['force', 'provider'], value: 'target', source },
  ];
}

function modelFlag({ model }: ConfigFlags): readonly Assignment[] {
  return model === undefined ? [] : [{ path: ['force', 'model'], value: model, source: flag('--model') }];
}

function flag(name: string): Source {
  return { kind: 'flag', flag: name };
}
