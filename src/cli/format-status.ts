import type { ConfigurationSummary, Status, TargetSummary } from '../contract/status.ts';
import { TIERS } from '../domain/tier.ts';
import { tracingInOneLine } from './format-tracing.ts';
import { formatDuration, formatTokens } from '../telemetry/format-quantity.ts';
import type { Paint } from '../telemetry/paint.ts';
import { printable } from '../telemetry/printable.ts';

/** The status as lines for a person. Everything `--json` names can be found in it. */
export function formatStatus(status: Status, paint: Paint): string[] {
  const { configuration, stats } = status;
  const state = paint(status.state === 'serving' ? 'green' : 'yellow', `● ${status.state}`);
  const counts =
    `${stats.total_requests} requests, ${status.in_flight} running, ${stats.failed_requests} failed, ` +
    `${stats.aborted_requests} aborted` +
    (stats.unasked_requests === 0 ? '' : `, ${stats.unasked_requests} more for which nobody was asked`);
  const tokens =
    `${formatTokens(stats.input_tokens)} in, ${formatTokens(stats.output_tokens)} out, ` +
    `${formatTokens(stats.cache_read_tokens)} from cache, ${formatTokens(stats.cache_write_tokens)} into cache; ` +
    `${stats.tool_calls} tool calls`;
  const up = formatUptime(status.uptime_ms);
  return [
    `switchyard ${status.version}  ${state}  pid ${status.pid}  up ${up}`,
    row('listens', status.addresses.map(({ url }) => url).join('  ')),
    ...(status.front_door === null
      ? []
      : [row('clients', `go to ${status.front_door}, which stands before the gateway`)]),
    row('config', `${configurationPlace(configuration)} (version ${configuration.version})`),
    ...formatProfile(configuration),
    ...formatReload(status.reload, paint),
    ...formatMode(status.mode, paint),
    ...formatRoutes(configuration),
    row('traffic', counts),
    row('tokens', tokens),
    ...formatGuard(status, paint),
    ...formatLedger(status.ledger, paint),
    ...[tracingInOneLine(status.tracing)].flatMap((line) =>
      line === undefined ? [] : [row('tracing', line)],
    ),
    ...configuration.warnings.map((warning) => row('warning', paint('yellow', printable(warning, 400)))),
  ];
}

function formatProfile({ profile, profiles }: ConfigurationSummary): string[] {
  if (profiles.length === 0) return [];
  return [
    row('profile', `${profile ?? 'none'} in use, of ${profiles.map((name) => printable(name)).join(', ')}`),
  ];
}

/** Nothing while the files and what is in force agree. */
function formatReload({ needs_restart: waiting, refused }: Status['reload'], paint: Paint): string[] {
  const lines =
    waiting.length === 0
      ? []
      : [row('restart', paint('yellow', `needed for ${waiting.join(', ')}; the old values are in force`))];
  if (refused === null) return lines;
  const [first = '', ...others] = refused.reasons.map((reason) => printable(reason, 400));
  return [
    ...lines,
    row('refused', paint('red', 'the newest configuration; the one before it stays in force:')),
    ...[first, ...others].map((reason) => row('', paint('red', reason))),
  ];
}

/** Nothing in the usual mode: the routes say it all. */
function formatMode({ mode, configured, switched, copies }: Status['mode'], paint: Paint): string[] {
  if (mode === 'target' && !switched) return [];
  const until = switched ? ` (switched by hand; configured: ${configured}, from the next start on)` : '';
  return [row('mode', paint('yellow', `${mode}${until}`)), ...formatCopies(copies)];
}

/** Nothing before the first copy. */
function formatCopies({ sent, running, kept, lost, skipped }: Status['mode']['copies']): string[] {
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} not copied (${reason})`);
  if (sent === 0 && reasons.length === 0) return [];
  const losses = lost === 0 ? [] : [`${lost} lost`];
  return [
    row('copies', [`${sent} sent, ${running} running, ${kept} kept`, ...losses, ...reasons].join(', ')),
  ];
}

/** What stands in the way of requests, and how much of a subscription is left. Nothing while there is nothing. */
function formatGuard({ paused, left_alone: leftAlone, quota }: Status, paint: Paint): string[] {
  const windows = quota.flatMap(({ account, windows: all }) =>
    all.map((window) => row('quota', formatWindow(account, window))),
  );
  const alone = `${leftAlone} target${leftAlone === 1 ? ' is' : 's are'} left alone: switchyard breakers`;
  return [
    ...(paused.length === 0
      ? []
      : [row('paused', paint('yellow', paused.map((name) => printable(name)).join(', ')))]),
    ...(leftAlone === 0 ? [] : [row('guard', paint('yellow', alone))]),
    ...windows,
  ];
}

function formatWindow(account: string, window: Status['quota'][number]['windows'][number]): string {
  const used = window.utilization === null ? 'use unknown' : `${Math.round(window.utilization * 100)} % used`;
  const resets =
    window.reset_at === null ? '' : `, resets ${new Date(window.reset_at).toISOString().slice(0, 16)}Z`;
  return `${printable(window.name)} window of ${printable(account)}: ${used}${resets}`;
}

/** Nothing while all is well; otherwise what is the matter with the book of requests. */
function formatLedger({ state, reason, lag_rows, dropped_rows }: Status['ledger'], paint: Paint): string[] {
  if ((state === 'ready' || state === 'starting') && dropped_rows === 0) return [];
  const counts = state === 'off' ? '' : `; ${lag_rows} records wait, ${dropped_rows} are lost`;
  const text = `${state}${reason === '' ? '' : `: ${reason}`}${counts}`;
  return [row('ledger', state === 'off' ? text : paint('yellow', text))];
}

/** Where each tier goes, one line a tier; then what overrides or completes the tiers. */
export function formatRoutes(configuration: ConfigurationSummary): string[] {
  const { forced, fallback } = configuration;
  const lines = TIERS.map((tier) => row(tier, formatTargets(configuration.tiers[tier].targets)));
  lines.push(row('others', formatTargets(fallback)));
  if (forced === null) return lines;
  const place = [forced.provider, forced.model].filter((part) => part !== null).join('/');
  return [...lines, row('forced', `every request goes to ${printable(place)}`)];
}

/** `file`, or what holds without one. */
export function configurationPlace(configuration: ConfigurationSummary): string {
  if (configuration.path !== null) return configuration.path;
  return isPassThrough(configuration)
    ? 'none: transparent pass-through to Anthropic'
    : 'none: variables and flags say what holds';
}

function isPassThrough({ tiers, fallback, forced }: ConfigurationSummary): boolean {
  const targets = [...Object.values(tiers).flatMap((tier) => tier.targets), ...fallback];
  return (
    forced === null && targets.every(({ provider, model }) => provider === 'anthropic' && model === null)
  );
}

function formatTargets(targets: readonly TargetSummary[]): string {
  return targets.map(formatTargetSummary).join(', then ');
}

const CREDENTIALS = {
  caller: "the caller's credential",
  gateway: 'own credential',
  none: 'no credential',
} as const satisfies Record<TargetSummary['credential'], string>;

function formatTargetSummary({ provider, model, origin, credential, via }: TargetSummary): string {
  const name = model === null ? `${provider} (name kept)` : `${provider}/${model}`;
  const place = via === null ? origin : `${origin} (${printable(via)})`;
  return `${printable(name)} at ${place} with ${CREDENTIALS[credential]}`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(8)} ${text}`;
}

const HOUR_MS = 3_600_000;

function formatUptime(milliseconds: number): string {
  if (milliseconds < HOUR_MS) return formatDuration(milliseconds);
  const hours = Math.floor(milliseconds / HOUR_MS);
  const minutes = Math.floor((milliseconds % HOUR_MS) / 60_000);
  return hours < 48 ? `${hours} h ${minutes} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
