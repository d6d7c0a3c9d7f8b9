import type { Provider, SocketAddress } from '../domain/provider.ts';
import type { Target } from '../domain/target.ts';
import type { Tier } from '../domain/tier.ts';
import type { Secret } from '../lib/secret.ts';

/**
 * The configuration as the gateway uses it: validated, references resolved, frozen. Every exchange is pinned
 * to the one snapshot it began with.
 */
export interface ConfigSnapshot {
  /** Hash of the effective configuration; shown in `status`. */
  readonly version: string;
  readonly server: ServerSettings;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly routes: RouteSettings;
  readonly passthrough: PassthroughSettings;
  readonly terminal: TerminalSettings;
  /** Whether `~/.claude/.credentials.json` may serve loopback callers that send no credential. */
  readonly claudeCredentialsFile: boolean;
  /** Things the user should know about the configuration; printed at start. */
  readonly warnings: readonly string[];
}

export interface ServerSettings {
  readonly listen: readonly SocketAddress[];
  readonly maxBodyBytes: number;
  readonly maxExchanges: number;
  /** Host names, besides the listener's own addresses, that may stand in a Host header. */
  readonly allowedHosts: readonly string[];
  readonly clientKeys: readonly ClientKey[];
  readonly clocks: ServerClocks;
}

export interface ClientKey {
  readonly name: string;
  readonly secret: Secret;
}

/** Milliseconds. */
export interface ServerClocks {
  readonly clientHeaders: number;
  readonly clientBody: number;
  readonly clientWriteStall: number;
  readonly keepAlive: number;
  readonly drain: number;
}

export type TargetList = readonly [Target, ...Target[]];

export interface RouteSettings {
  readonly tiers: Readonly<Record<Tier, TargetList>>;
  /** Where names that belong to no tier go. */
  readonly fallback: TargetList;
  /** Exact model names that decide a tier (`glm-4.7` → haiku), from the predecessors' environment. */
  readonly tierByModel: ReadonlyMap<string, Tier>;
  readonly mappings: readonly ModelMapping[];
  /** All requests go here, subagents included. */
  readonly forced: ForcedRoute | undefined;
  /** Claude Code agent types and their targets; the key `*` stands for every subagent. */
  readonly subagents: ReadonlyMap<string, TargetList>;
}

export interface ModelMapping {
  /** A model name, `*` standing for any run of characters. */
  readonly match: string;
  readonly targets: TargetList;
}

export interface ForcedRoute {
  /** Provider to use instead of the routed one, when set. */
  readonly provider: string | undefined;
  readonly model: string | undefined;
}

export interface PassthroughSettings {
  /** The provider that gets every path that is not ours. */
  readonly provider: string;
  /** `false` answers such paths with 404. */
  readonly fallback: boolean;
}

export interface TerminalSettings {
  readonly mode: 'off' | 'compact' | 'full';
  readonly color: 'auto' | 'always' | 'never';
  readonly columns: readonly string[];
}
