import type { Mode } from '../domain/mode.ts';
import type { Money } from '../domain/money.ts';
import type { CaptureSettings } from '../domain/capture.ts';
import type { ChainEntry } from '../domain/chain.ts';
import type { Provider, SocketAddress } from '../domain/provider.ts';
import type { Labels } from '../domain/exchange.ts';
import type { KeyLimits } from '../guard/key-limits.ts';
import type { GuardSettings } from '../guard/guard-settings.ts';
import type { PriceSettings } from '../pricing/price-book.ts';
import type { RouteSettings, TargetList } from '../routing/route-settings.ts';
import type { TaskSettings } from '../tasks/task-settings.ts';
import type { Secret } from '../lib/secret.ts';
import type { AlertSettings } from './build/alert-settings.ts';
import type { TracingSettings } from './build/tracing-settings.ts';

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
  readonly tasks: TaskSettings;
  readonly guard: GuardSettings;
  readonly passthrough: PassthroughSettings;
  readonly mode: ModeSettings;
  readonly compare: CompareSettings;
  readonly terminal: TerminalSettings;
  readonly translation: TranslationSettings;
  readonly accounting: AccountingSettings;
  readonly log: LogSettings;
  readonly tracing: TracingSettings;
  readonly alerts: AlertSettings;
  readonly chain: ChainSettings;
  /** Whether `~/.claude/.credentials.json` may serve loopback callers that send no credential. */
  readonly claudeCredentialsFile: boolean;
  /** The profile in use. */
  readonly profile: string | undefined;
  /** The same configuration with each other profile in use, by its name. */
  readonly profiles: ReadonlyMap<string, ConfigSnapshot>;
  /** Things the user should know about the configuration; printed at start. */
  readonly warnings: readonly string[];
}

/** The helper services around the gateway. */
export interface ChainSettings {
  /** Whether enabled ones start with the gateway. */
  readonly autostart: boolean;
  readonly entries: readonly ChainEntry[];
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

/** From the configuration, where its secret is kept elsewhere, or from the file of `switchyard keys`. */
export type ClientKey = ConfiguredClientKey | IssuedClientKey;

interface ConfiguredClientKey {
  readonly name: string;
  readonly secret: Secret;
}

/** A key of which only the digest is kept. */
export interface IssuedClientKey {
  readonly name: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
  /** Wall clock, milliseconds. */
  readonly expiresAt: number | undefined;
  /** Who is charged; what the caller says itself counts for what is left out. */
  readonly labels: Labels;
  /** `undefined`: as much as comes. */
  readonly limits: KeyLimits | undefined;
}

/** Milliseconds; 0 switches a clock off. */
interface ServerClocks {
  readonly clientHeaders: number;
  readonly clientBody: number;
  readonly clientWriteStall: number;
  readonly keepAlive: number;
  readonly drain: number;
}

export interface PassthroughSettings {
  /** The provider that gets every path that is not ours. */
  readonly provider: string;
  /** `false` answers such paths with 404. */
  readonly fallback: boolean;
}

export interface ModeSettings {
  /** What holds unless it is switched at run time. */
  readonly configured: Mode;
  /** What may be switched to. */
  readonly allowed: readonly Mode[];
}

/** How requests are copied in mode compare. */
export interface CompareSettings {
  /** Where copies go; `undefined` where the request itself would go in mode target. */
  readonly targets: TargetList | undefined;
  /** 0 to 1. */
  readonly sample: number;
  readonly maxConcurrent: number;
  /** Milliseconds, for a copy as a whole. */
  readonly timeout: number;
  /** What copies may cost on one day (UTC). */
  readonly moneyPerDay: Money | undefined;
  /** 0 keeps them. */
  readonly keepDays: number;
  /** Longer answers, as they come over the wire, are not compared. */
  readonly answerBytes: number;
  readonly cancelWithClient: boolean;
}

interface TerminalSettings {
  readonly mode: 'off' | 'compact' | 'full';
  readonly color: 'auto' | 'always' | 'never';
  readonly scheme: 'vibrant' | 'subtle' | 'mono';
  readonly colorBy: readonly ('session' | 'duration')[];
  readonly columns: readonly string[];
}

/** How long the operator's log grows and is kept. */
interface LogSettings {
  readonly maxBytes: number;
  readonly keepDays: number;
  readonly keepFiles: number;
}

/** How requests and answers are carried between wire formats. */
export interface TranslationSettings {
  /** `strict` refuses what `lenient` only warns of. */
  readonly policy: 'lenient' | 'strict';
  /** The model name in a translated answer: the one asked for, or the one the provider says. */
  readonly answerModel: 'requested' | 'served';
  /** In which fields Chat clients are shown reasoning. */
  readonly reasoningFields: 'reasoning_content' | 'reasoning' | 'both';
  /** Silence after which a client that waits for a stream gets a sign of life; 0 is never. Milliseconds. */
  readonly keepAlive: number;
}

/** What is kept of the traffic. Paths left out lie in the state directory. */
export interface AccountingSettings {
  readonly store: {
    readonly enabled: boolean;
    readonly directory: string | undefined;
    /** 0 keeps everything. */
    readonly keepDays: number;
  };
  readonly usageLog: {
    readonly enabled: boolean;
    readonly file: string | undefined;
    readonly maxBytes: number;
    readonly keepDays: number;
    readonly keepFiles: number;
  };
  readonly capture: CaptureSettings;
  readonly prices: PriceSettings;
}
