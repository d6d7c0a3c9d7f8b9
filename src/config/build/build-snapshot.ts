import { createHash } from 'node:crypto';
import { activeEntries } from '../../domain/chain.ts';
import type { Provider } from '../../domain/provider.ts';
import { buildGuard } from './build-guard.ts';
import { buildAlerts } from './build-alerts.ts';
import { buildAccounting } from './build-accounting.ts';
import { buildCompare, buildMode } from './build-mode.ts';
import { buildChain } from './build-chain.ts';
import { buildProvider } from './build-provider.ts';
import { buildPassthrough, buildRoutes } from './build-routes.ts';
import { buildServer } from './build-server.ts';
import { buildTasks } from './build-tasks.ts';
import { buildTracing } from './build-tracing.ts';
import { deepFreeze } from '../values/deep-freeze.ts';
import { formatProblem, hasError, type ConfigProblem } from '../problems/problem.ts';
import type { CompleteConfig } from '../schema/config-schema.ts';
import type { ChainSettings, ConfigSnapshot, TranslationSettings } from '../snapshot.ts';
import { throughEntries } from './through-entries.ts';
import { SnapshotBuild, type SnapshotInput } from './snapshot-build.ts';

export interface SnapshotResult {
  /** `undefined` when one of the problems is an error. */
  readonly snapshot: ConfigSnapshot | undefined;
  readonly problems: readonly ConfigProblem[];
}

/**
 * A complete, checked configuration → the frozen snapshot the gateway serves from. Pure: the same input gives
 * the same snapshot.
 * @param earlier warnings from reading the layers, to be shown with those found here
 */
export function buildSnapshot(input: SnapshotInput, earlier: readonly ConfigProblem[]): SnapshotResult {
  const build = new SnapshotBuild(input);
  const { config } = input;
  const server = buildServer(build);
  const chain = buildChain(build);
  const providers = buildProviders(build, chain);
  const routes = buildRoutes(build);
  const passthrough = buildPassthrough(build);
  const mode = buildMode(build);
  const compare = buildCompare(build);
  const accounting = buildAccounting(build);
  const tracing = buildTracing(build);
  const alerts = buildAlerts(build);
  const tasks = buildTasks(build);
  const problems = [...earlier, ...build.problems];
  if (hasError(problems)) return { snapshot: undefined, problems };
  const snapshot: ConfigSnapshot = {
    version: versionOf(input),
    server,
    providers,
    routes,
    tasks,
    guard: buildGuard(build),
    passthrough,
    mode,
    compare,
    terminal: { ...config.terminal, colorBy: config.terminal.color_by },
    translation: buildTranslation(config),
    accounting,
    log: buildLog(config),
    tracing,
    alerts,
    chain,
    claudeCredentialsFile: config.claude_credentials_file,
    profile: input.profile ?? config.profile,
    profiles: input.profiles ?? new Map(),
    warnings: problems.map(formatProblem),
  };
  return { snapshot: deepFreeze(snapshot), problems };
}

function buildProviders(build: SnapshotBuild, { entries }: ChainSettings): ReadonlyMap<string, Provider> {
  const after = activeEntries(entries, 'after');
  const providers = new Map<string, Provider>();
  for (const [name, entry] of Object.entries(build.input.config.providers)) {
    const provider = buildProvider(build, name, entry);
    if (provider !== undefined) providers.set(name, throughEntries(build, provider, after));
  }
  return providers;
}

/** Secrets take part only by being there or not: a hash of a short key could be tried out. */
function versionOf(input: SnapshotInput): string {
  const { merged, secrets, certificates, scripts = new Map(), allowAnthropicOnly, clientKeys = [] } = input;
  const present = [...secrets].map(([reference, { kind }]) => [reference, kind]);
  const text = JSON.stringify([
    merged.values,
    present,
    [...certificates],
    ...scripts,
    allowAnthropicOnly,
    ...clientKeys,
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function buildLog({ log }: CompleteConfig): ConfigSnapshot['log'] {
  return { maxBytes: log.max_bytes, keepDays: log.keep_days, keepFiles: log.keep_files };
}

function buildTranslation({ translation }: CompleteConfig): TranslationSettings {
  return {
    policy: translation.policy,
    answerModel: translation.answer_model,
    reasoningFields: translation.reasoning_fields,
    keepAlive: translation.keep_alive,
  };
}
