import type { AlertMetric, AlertRule } from '../../guard/alerts/alert-rule.ts';
import { parseSecretReference } from '../values/secret-reference.ts';
import type { Secret } from '../../lib/secret.ts';
import type { AlertChannel, AlertSettings } from './alert-settings.ts';
import { parseDuration } from '../values/duration.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { CompleteConfig } from '../schema/config-schema.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

type WrittenRule = CompleteConfig['alerts']['rules'][number];
type WrittenChannel = CompleteConfig['alerts']['channels'][string];

const HOUR_MS = 3_600_000;

/** What is kept in memory, and what the ledger can be asked for. */
const LONGEST_WINDOW: Readonly<Record<'recent' | 'ledger', number>> = {
  recent: HOUR_MS,
  ledger: 24 * 24 * HOUR_MS,
};

const SHORTEST_INTERVAL_MS = 1_000;

export function buildAlerts(build: SnapshotBuild): AlertSettings {
  const { alerts } = build.input.config;
  const channels = new Map<string, AlertChannel>();
  for (const [name, written] of Object.entries(alerts.channels)) {
    const channel = buildChannel(build, ['alerts', 'channels', name], written);
    if (channel !== undefined) channels.set(name, channel);
  }
  const rules = alerts.rules.map((rule, index) => buildRule(build, rule, index));
  refuseTwins(build, rules);
  return { rules, channels, everyMs: Math.max(SHORTEST_INTERVAL_MS, alerts.every) };
}

function buildRule(build: SnapshotBuild, rule: WrittenRule, index: number): AlertRule {
  const path = ['alerts', 'rules', index];
  const above = thresholdOf(build, [...path, 'above'], { rule, written: rule.above });
  const resolveAt = thresholdOf(build, [...path, 'resolve_at'], { rule, written: rule.resolve_at });
  const value = above ?? DEFAULT_THRESHOLD[rule.when];
  if (value === undefined) build.error(path, `watches ${rule.when} and says no limit`, 'Add above.');
  if (resolveAt !== undefined && value !== undefined && resolveAt > value)
    build.error([...path, 'resolve_at'], 'is higher than above', 'An alert must be able to end.');
  for (const name of rule.notify ?? [])
    if (!Object.hasOwn(build.input.config.alerts.channels, name))
      build.error([...path, 'notify'], `names ${name}, which is no channel`, 'Add it to alerts.channels.');
  return {
    name: rule.name,
    metric: rule.when,
    above: value ?? 0,
    resolveAt: resolveAt ?? (value ?? 0) * 0.8,
    windowMs: windowOf(build, path, rule),
    minimum: rule.minimum ?? 10,
    forMs: rule.for ?? 0,
    cooldownMs: rule.cooldown ?? 900_000,
    priority: rule.priority ?? 'normal',
    only: rule.only ?? {},
    notify: rule.notify,
  };
}

/** Silence is 1 and speech 0; a single open breaker is one too many. */
const DEFAULT_THRESHOLD: Partial<Record<AlertMetric, number>> = { no_traffic: 0, breaker_open: 0 };

interface Threshold {
  readonly rule: WrittenRule;
  readonly written: number | string | undefined;
}

function thresholdOf(build: SnapshotBuild, path: KeyPath, { rule, written }: Threshold): number | undefined {
  if (written === undefined) return undefined;
  const isTime = rule.when === 'latency' || rule.when === 'ttft';
  const value = isTime ? parseDuration(written) : written;
  if (typeof value === 'number') {
    if (value > 1 && rule.when === 'error_rate')
      build.error(path, 'is a share and cannot be more than 1', 'Write 0.2 for a fifth of all requests.');
    return value;
  }
  const remedy = isTime ? 'Write a duration such as 30s.' : 'Write a number.';
  build.error(path, `is no ${isTime ? 'duration' : 'number'}`, remedy);
  return undefined;
}

function windowOf(build: SnapshotBuild, path: KeyPath, rule: WrittenRule): number {
  const window = rule.window ?? 600_000;
  const longest = LONGEST_WINDOW[rule.when === 'tokens' || rule.when === 'spend' ? 'ledger' : 'recent'];
  if (window > 0 && window <= longest) return window;
  const remedy = `Write at most ${longest / HOUR_MS}h for ${rule.when}.`;
  build.error([...path, 'window'], 'is no time that can be looked back', remedy);
  return longest;
}

function refuseTwins(build: SnapshotBuild, rules: readonly AlertRule[]): void {
  rules.forEach(({ name }, index) => {
    if (rules.findIndex((other) => other.name === name) === index) return;
    build.error(['alerts', 'rules', index, 'name'], 'is the name of two rules', 'Give each its own.');
  });
}

function buildChannel(
  build: SnapshotBuild,
  path: KeyPath,
  channel: WrittenChannel,
): AlertChannel | undefined {
  if (channel.type === 'email') {
    const smtp = secretOf(build, [...path, 'smtp'], channel.smtp);
    return smtp && { type: 'email', smtp, from: channel.from, to: channel.to };
  }
  const url = secretOf(build, [...path, 'url'], channel.url);
  if (url === undefined) return undefined;
  if (channel.type === 'slack') return { type: 'slack', url };
  const headers = Object.entries(channel.headers ?? {}).flatMap(([name, reference]) => {
    const value = secretOf(build, [...path, 'headers', name], reference);
    return value === undefined ? [] : [{ name, value }];
  });
  return { type: 'webhook', url, headers };
}

/** A channel whose secret is not there is left out, and said: the gateway is not to stay down for it. */
function secretOf(build: SnapshotBuild, path: KeyPath, reference: string): Secret | undefined {
  const resolved = build.input.secrets.get(reference);
  if (resolved?.kind === 'present') return resolved.value;
  const reason = resolved?.reason ?? 'it was not looked up';
  build.warn(path, `leads nowhere: ${reason}`, 'Nobody is told by this channel until it is there.');
  return undefined;
}

/** Every reference of the section. */
export function alertReferences({ alerts }: CompleteConfig): readonly string[] {
  return Object.values(alerts.channels)
    .flatMap((channel) => {
      if (channel.type === 'email') return [channel.smtp];
      return channel.type === 'slack'
        ? [channel.url]
        : [channel.url, ...Object.values(channel.headers ?? {})];
    })
    .filter((reference) => parseSecretReference(reference) !== undefined);
}
