import type { ResponseOf } from '../../contract/endpoints.ts';
import { promptTokens } from '../../domain/usage.ts';
import { formatCost, formatTiming, formatTokens } from '../../telemetry/format-quantity.ts';
import type { Color, Paint } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';

type Detail = ResponseOf<'exchange'>;
type Sample = Detail['attempts'][number];
export type ExchangeRow = ResponseOf<'recent'>['exchanges'][number];

/** Under the time, so that requests can still be told apart. */
const SECOND_LINE = ' '.repeat(10);

/** One finished exchange on one line for `tail`, or on two where the terminal is too narrow for one. */
export function formatExchangeRow(row: ExchangeRow, paint: Paint, width = Infinity): string {
  const time = new Date(row.ts * 1000).toTimeString().slice(0, 8);
  const status = statusText(row).padEnd(4);
  const tokens = `${formatTokens(promptOf(row))}/${formatTokens(row.output_tokens ?? undefined)}`;
  const who = [
    printable(row.client, 16).padEnd(11),
    modelText(row.requested_model, row.lane, row.model).padEnd(38),
  ].join('  ');
  const figures = [
    timing(row).padStart(13),
    tokens.padStart(13),
    formatCost(row.cost_usd ?? undefined).padStart(8),
  ].join('  ');
  const whole = [time, who, status, figures, row.id, ...(row.error === null ? [] : [row.error])];
  const isNarrow = whole.join('  ').length > width;
  const cells = [paint('dim', time), who, paint(colorOf(row), status)];
  const error = row.error === null ? [] : [paint(colorOf(row), row.error)];
  const rest = [figures, paint('dim', row.id), ...error];
  return isNarrow
    ? `${cells.join('  ').trimEnd()}\n${SECOND_LINE}${rest.join('  ')}`
    : [...cells, ...rest].join('  ');
}

/** Everything that is known of one exchange. */
export function formatExchangeDetail(detail: Detail, paint: Paint): string[] {
  const { exchange } = detail;
  const status = exchange.status === null ? exchange.outcome : `${exchange.status} (${exchange.outcome})`;
  return [
    `${paint('bold', exchange.id)}  ${exchange.time}  ${paint(colorOf(exchange), status)}`,
    line('client', [exchange.client, detail.client_version, exchange.session, detail.agent_type]),
    line('asked', [exchange.requested_model, exchange.format, exchange.stream ? 'stream' : 'whole']),
    line('error', [exchange.error]),
    line('because', [detail.evidence, exchange.rule === null ? null : `rule ${exchange.rule}`]),
    line('labels', [exchange.project, exchange.user]),
    line('bytes', [`${exchange.request_bytes} in`, `${exchange.response_bytes} out`]),
    line('cost', [
      `${formatCost(exchange.cost_usd ?? undefined)} spent`,
      `${formatCost(exchange.list_cost_usd ?? undefined)} at list price`,
    ]),
    ...detail.skipped.map(({ provider, model, reason }) =>
      line('skipped', [model === null ? provider : `${provider}/${model}`, reason]),
    ),
    ...detail.attempts.flatMap((attempt) => formatAttempt(attempt, paint)),
  ].filter((text) => text !== '');
}

function formatAttempt(attempt: Sample, paint: Paint): string[] {
  const model = modelText(attempt.requested_model, attempt.lane, attempt.model);
  const head = [
    model,
    paint(colorOf(attempt), statusText(attempt)),
    timing(attempt),
    attempt.h2 ? 'HTTP/2' : 'HTTP/1.1',
  ];
  const flags = attempt.cost_flags.length === 0 ? '' : ` (${attempt.cost_flags.join(', ')})`;
  return [
    `  try ${attempt.ordinal + 1}    ${head.join('  ')}`,
    line('  reason', [attempt.ordinal === 0 ? null : attempt.decision]),
    line('  error', [attempt.error]),
    line('  tokens', [
      `${formatTokens(attempt.input_tokens ?? undefined)} in`,
      `${formatTokens(attempt.cache_read_tokens ?? undefined)} from cache`,
      `${formatTokens(cacheWrites(attempt))} into cache`,
      `${formatTokens(attempt.output_tokens ?? undefined)} out`,
      attempt.usage_quality,
    ]),
    line('  price', [`${formatCost(attempt.cost_usd ?? undefined)}${flags}`, attempt.price, attempt.billing]),
    line('  upstream', [attempt.upstream, attempt.upstream_request_id]),
    line('  stopped', [attempt.stop_reason]),
  ].filter((text) => text !== '');
}

/** A label and what is known; nothing when nothing is. */
function line(label: string, values: readonly (string | null)[]): string {
  const known = values.filter((value) => value !== null).map((value) => printable(value, 200));
  return known.length === 0 ? '' : `  ${label.padEnd(10)} ${known.join('  ')}`;
}

/** `requested → lane/served`, or `requested = lane` when the name was kept. */
export function modelText(requested: string | null, lane: string | null, model: string | null): string {
  const asked = printable(requested ?? '—', 60);
  if (lane === null) return asked;
  return model === null || model === requested
    ? `${asked} = ${lane}`
    : `${asked} → ${lane}/${printable(model, 60)}`;
}

function timing({ ttft_ms, total_ms }: { ttft_ms: number | null; total_ms: number | null }): string {
  return total_ms === null ? '—' : formatTiming(ttft_ms ?? undefined, total_ms);
}

function promptOf(row: ExchangeRow): number | undefined {
  return promptTokens({
    input: row.input_tokens ?? undefined,
    cacheRead: row.cache_read_tokens ?? undefined,
    cacheWrite5m: row.cache_write_5m_tokens ?? undefined,
    cacheWrite1h: row.cache_write_1h_tokens ?? undefined,
  });
}

function cacheWrites({
  cache_write_5m_tokens: short,
  cache_write_1h_tokens: long,
}: Sample): number | undefined {
  return short === null && long === null ? undefined : (short ?? 0) + (long ?? 0);
}

/** As in the live line: an answer that broke off has the status of a good one, and is none. */
function statusText({ outcome, status }: { outcome: string; status: number | null }): string {
  if (status === null) return outcome;
  return outcome === 'broken' ? `${status}!` : String(status);
}

function colorOf({ outcome, status }: { outcome: string; status: number | null }): Color {
  if (outcome === 'aborted' || outcome === 'interrupted') return 'dim';
  if (outcome === 'broken' || status === null || status >= 500) return 'red';
  return status >= 400 ? 'yellow' : 'green';
}
