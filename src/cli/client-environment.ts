/**
 * Which variables point Claude Code at a gateway. Pure: status and the present environment in, changes out.
 * `run` applies them to one child process, `env` prints them for a shell.
 */
import type { Status } from '../contract/status.ts';
import { TIERS, type Tier } from '../domain/tier.ts';
import type { Environment } from './terminal.ts';

/** Variables to set, and variables (value `undefined`) to take away. */
export type EnvironmentChange = Readonly<Record<string, string | undefined>>;

/** Each sends Claude Code to a cloud of its own, past any base URL. */
const BYPASSES = [
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_MANTLE',
] as const;

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'] as const;

export interface ClaudeEnvironmentInput {
  /** Base URL of the gateway, without `/v1`: Claude Code appends it. */
  readonly url: string;
  readonly tiers: Status['configuration']['tiers'];
  /** The tier to start with; `undefined` leaves the choice to Claude Code. */
  readonly tier: Tier | undefined;
  readonly environment: Environment;
}

/**
 * Keeps the caller's own credential variables: with them, or with a Claude login, requests for Anthropic are
 * paid by whoever paid before. Tiers with a model of their own name it, so that `/model` shows what serves.
 */
export function claudeEnvironment(input: ClaudeEnvironmentInput): EnvironmentChange {
  const change: Record<string, string | undefined> = { ANTHROPIC_BASE_URL: input.url };
  for (const name of BYPASSES) if (input.environment[name] !== undefined) change[name] = undefined;
  for (const tier of TIERS) {
    const model = input.tiers[tier].client_model;
    if (model !== null) change[modelVariable(tier)] = model;
  }
  if (input.tier !== undefined) change['ANTHROPIC_MODEL'] = input.tier;
  return { ...change, ...exceptFromProxy(input.environment) };
}

/** `ANTHROPIC_DEFAULT_HAIKU_MODEL` and its sisters. */
export function modelVariable(tier: Tier): string {
  return `ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`;
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
