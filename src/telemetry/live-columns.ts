import type { TerminalColumn } from '../config/schema/terminal-section.ts';
import type { ExchangeRecord, ExchangeOutcome } from '../domain/exchange.ts';
import { promptTokens } from '../domain/usage.ts';
import { assertNever } from '../lib/assert-never.ts';
import { formatCost, formatSpeed, formatTiming, formatTokens } from './format-quantity.ts';
import type { Color } from './paint.ts';
import { printable } from './printable.ts';

/** What one column of the live line says about an exchange. */
interface LiveCell {
  readonly text: string;
  readonly color: Color | undefined;
}

export interface LiveColumn {
  /** Characters the cell is padded to; longer texts push the rest to the right and are never cut. */
  readonly width: number;
  readonly align: 'left' | 'right';
  /** What its colour means, where that is a matter of taste. */
  readonly colorBy?: 'session' | 'duration';
  cell(record: ExchangeRecord, known: KnownOfExchange): LiveCell;
}

/** What a record itself does not say. */
export interface KnownOfExchange {
  /** What it is worth at list price. */
  readonly dollars: number | undefined;
  /** Tokens the model that was asked takes. */
  readonly contextWindow: number | undefined;
}

/** All columns in the order they are shown. Their names are what `terminal.columns` chooses from. */
export const LIVE_COLUMNS = {
  time: { width: 8, align: 'left', cell: timeCell },
  client: { width: 11, align: 'left', colorBy: 'session', cell: clientCell },
  workspace: { width: 12, align: 'left', colorBy: 'session', cell: workspaceCell },
  session: { width: 8, align: 'left', colorBy: 'session', cell: sessionCell },
  model: { width: 38, align: 'left', cell: modelCell },
  task: { width: 12, align: 'left', cell: taskCell },
  status: { width: 4, align: 'left', cell: statusCell },
  timing: { width: 13, align: 'right', colorBy: 'duration', cell: timingCell },
  tokens: { width: 13, align: 'right', cell: tokensCell },
  context: { width: 4, align: 'right', cell: contextCell },
  speed: { width: 10, align: 'right', cell: speedCell },
  cost: { width: 7, align: 'right', cell: costCell },
  error: { width: 0, align: 'left', cell: errorCell },
} as const satisfies Readonly<Record<TerminalColumn, LiveColumn>>;

export type LiveColumnName = keyof typeof LIVE_COLUMNS;

const SESSION_COLORS: readonly [Color, ...Color[]] = [
  'cyan',
  'magenta',
  'blue',
  'yellow',
  'brightCyan',
  'brightMagenta',
  'brightBlue',
  'brightYellow',
  'brightGreen',
];

/** The same session always gets the same colour, so that interleaved sessions can be told apart. */
export function sessionColor(record: ExchangeRecord): Color {
  const key = record.client.session ?? record.client.name;
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) >>> 0;
  return SESSION_COLORS[hash % SESSION_COLORS.length] ?? SESSION_COLORS[0];
}

/** Those that give way first where a line is too long. */
export const GIVING_WAY: readonly LiveColumnName[] = [
  'session',
  'workspace',
  'context',
  'task',
  'speed',
  'cost',
];

function timeCell(record: ExchangeRecord): LiveCell {
  const time = new Date(record.receivedAt);
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return { text: parts.map((part) => String(part).padStart(2, '0')).join(':'), color: 'dim' };
}

function clientCell(record: ExchangeRecord): LiveCell {
  const subagent = record.client.agentId === undefined ? '' : '*';
  return { text: `${record.client.name}${subagent}`, color: sessionColor(record) };
}

function sessionCell(record: ExchangeRecord): LiveCell {
  return { text: printable((record.client.session ?? '—').slice(0, 8)), color: sessionColor(record) };
}

function workspaceCell(record: ExchangeRecord): LiveCell {
  const name = record.workspace ?? record.labels.project ?? '—';
  return { text: printable(name, 12), color: sessionColor(record) };
}

function taskCell({ task }: ExchangeRecord): LiveCell {
  return { text: printable(task ?? '—', 12), color: task === undefined ? 'dim' : undefined };
}

/** How full the window of the model was with the prompt. */
function contextCell({ attempts }: ExchangeRecord, { contextWindow }: KnownOfExchange): LiveCell {
  const usage = attempts.at(-1)?.usage;
  const tokens = usage === undefined ? undefined : promptTokens(usage);
  if (tokens === undefined || contextWindow === undefined) return { text: '—', color: 'dim' };
  const part = tokens / contextWindow;
  const color = part >= 0.9 ? 'red' : part >= 0.7 ? 'yellow' : 'dim';
  return { text: `${Math.round(part * 100)}%`, color };
}

/** `requested → provider/served`, or `requested = provider` when the name was kept; `↷n` counts fail-overs. */
function modelCell(record: ExchangeRecord): LiveCell {
  const requested = printable(record.requestedModel ?? '—', 60);
  const last = record.attempts.at(-1);
  if (last === undefined) return { text: requested, color: undefined };
  const served = last.servedModel ?? last.sentModel;
  const kept = served === undefined || served === record.requestedModel;
  const where = kept ? `= ${last.provider}` : `→ ${last.provider}/${printable(served, 60)}`;
  const retried = record.attempts.length > 1 ? ` ↷${record.attempts.length - 1}` : '';
  return { text: `${requested} ${where}${retried}`, color: undefined };
}

function statusCell({ outcome }: ExchangeRecord): LiveCell {
  return { text: statusText(outcome), color: statusColor(outcome) };
}

function statusText(outcome: ExchangeOutcome): string {
  switch (outcome.kind) {
    case 'answered':
    case 'refused':
      return String(outcome.status);
    case 'broken':
      return `${outcome.status}!`;
    case 'aborted':
      return 'gone';
    default:
      return assertNever(outcome);
  }
}

function statusColor(outcome: ExchangeOutcome): Color {
  if (outcome.kind === 'aborted') return 'dim';
  if (outcome.kind === 'broken' || outcome.status >= 500) return 'red';
  return outcome.status >= 400 ? 'yellow' : 'green';
}

function timingCell(record: ExchangeRecord): LiveCell {
  const color = record.totalMs < 10_000 ? 'green' : record.totalMs < 60_000 ? 'yellow' : 'red';
  return { text: formatTiming(ttftOf(record), record.totalMs), color };
}

function tokensCell(record: ExchangeRecord): LiveCell {
  const usage = record.attempts.at(-1)?.usage;
  const input = formatTokens(usage && promptTokens(usage));
  return { text: `${input}/${formatTokens(usage?.output)}`, color: undefined };
}

function speedCell(record: ExchangeRecord): LiveCell {
  const last = record.attempts.at(-1);
  const writing = last?.ttftMs === undefined ? undefined : last.totalMs - last.ttftMs;
  return { text: formatSpeed(last?.usage.output, writing), color: 'dim' };
}

/** What a subscription covers is shown dimmed: it is worth so much and costs nothing more. */
function costCell(record: ExchangeRecord, { dollars }: KnownOfExchange): LiveCell {
  const isPaid = record.attempts.some(({ billing }) => billing !== 'subscription');
  return { text: formatCost(dollars), color: isPaid && dollars !== undefined ? undefined : 'dim' };
}

function errorCell({ outcome }: ExchangeRecord): LiveCell {
  const failed = outcome.kind === 'refused' || outcome.kind === 'broken';
  return { text: failed ? outcome.error : '', color: 'red' };
}

/** From the client's request to the first content, fail-overs included. */
function ttftOf(record: ExchangeRecord): number | undefined {
  const last = record.attempts.at(-1);
  if (last?.ttftMs === undefined) return undefined;
  return Math.min(record.totalMs, Math.max(0, last.startedAt - record.receivedAt) + last.ttftMs);
}
