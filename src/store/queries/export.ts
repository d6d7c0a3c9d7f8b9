/** Attempts as text for spreadsheets and scripts, a page at a time. The rows are those the totals are made of. */
import type { DatabaseSync } from 'node:sqlite';
import type { ExportQuery, Sample } from '../../domain/ledger.ts';
import { dollarNumber, dollarText } from '../../domain/money.ts';
import type { Cursor } from '../../domain/ledger.ts';
import { querySamples } from './samples.ts';

export interface ExportPageQuery extends ExportQuery {
  readonly cursor?: Cursor | undefined;
  /** As the first page gave it: rows stored meanwhile are left out of the export. */
  readonly through?: number | undefined;
}

export interface ExportPage {
  readonly text: string;
  readonly next: Cursor | undefined;
  readonly through: number;
}

const ROWS_AT_ONCE = 2_000;

export function queryExportPage(database: DatabaseSync, query: ExportPageQuery): ExportPage {
  const through = query.through ?? highestSeq(database);
  const { samples, next } = querySamples(database, { ...query, limit: ROWS_AT_ONCE, through });
  const isFirst = query.cursor === undefined;
  const text =
    query.format === 'csv'
      ? csvText(samples, { isFirst })
      : jsonText(samples, { isFirst, isLast: next === undefined });
  return { text, next, through };
}

function highestSeq(database: DatabaseSync): number {
  const row = database.prepare('SELECT max(seq) AS seq FROM attempts').get();
  return Number(row?.['seq'] ?? 0);
}

type Cell = string | number | boolean | null;

/** Columns of the export, with how each is read. `cost_usd` is what was spent, exact to the pico-dollar. */
const COLUMNS: readonly (readonly [name: string, read: (sample: Sample) => Cell | bigint])[] = [
  ['time', ({ startedAt }) => new Date(startedAt).toISOString()],
  ['exchange', ({ exchange }) => exchange],
  ['attempt', ({ id }) => id],
  ['ordinal', ({ ordinal }) => ordinal],
  ['lane', ({ provider }) => provider],
  ['model', ({ model }) => model],
  ['requested_model', ({ requestedModel }) => requestedModel],
  ['sent_model', ({ sentModel }) => sentModel],
  ['served_model', ({ servedModel }) => servedModel],
  ['tier', ({ tier }) => tier],
  ['task', ({ task }) => task],
  ['decision', ({ reason, rule }) => reason ?? rule],
  ['client', ({ client }) => client],
  ['session', ({ session }) => session],
  ['project', ({ project }) => project],
  ['user', ({ user }) => user],
  ['billing', ({ billing }) => billing],
  ['outcome', ({ verdict }) => verdict],
  ['status', ({ status }) => status],
  ['error', ({ error }) => error],
  ['h2', ({ http2 }) => http2],
  ['ttft_ms', ({ ttftMs }) => ttftMs],
  ['total_ms', ({ totalMs }) => totalMs],
  ['input_tokens', ({ input }) => input],
  ['output_tokens', ({ output }) => output],
  ['cache_read_tokens', ({ cacheRead }) => cacheRead],
  ['cache_write_5m_tokens', ({ cacheWrite5m }) => cacheWrite5m],
  ['cache_write_1h_tokens', ({ cacheWrite1h }) => cacheWrite1h],
  ['reasoning_tokens', ({ reasoning }) => reasoning],
  ['server_tool_calls', ({ serverToolCalls }) => serverToolCalls],
  ['tool_calls', ({ toolCalls }) => toolCalls],
  ['usage_quality', ({ usageQuality }) => usageQuality],
  ['cost_usd', ({ spent }) => spent],
  ['list_cost_usd', ({ list }) => list],
  ['cost_flags', ({ costFlags }) => costFlags],
  ['price', ({ priceVersion }) => priceVersion],
  ['stop_reason', ({ stopReason }) => stopReason],
  ['upstream_request_id', ({ upstreamRequestId }) => upstreamRequestId],
  ['rule', ({ rule }) => rule],
  ['role', ({ role }) => role],
  ['format', ({ format }) => format],
  ['operation', ({ operation }) => operation],
  ['upstream', ({ origin }) => origin],
];

function csvText(samples: readonly Sample[], { isFirst }: { readonly isFirst: boolean }): string {
  const lines = samples.map((sample) => COLUMNS.map(([, read]) => csvCell(read(sample))).join(','));
  if (isFirst) lines.unshift(COLUMNS.map(([name]) => name).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

/**
 * One cell by RFC 4180. Text that a spreadsheet would run as a formula gets an apostrophe in front: labels and model
 * names come from outside.
 */
function csvCell(value: Cell | bigint): string {
  if (value === null) return '';
  if (typeof value === 'bigint') return dollarText(value);
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function jsonText(
  samples: readonly Sample[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): string {
  const rows = samples.map((sample) => {
    const cells = COLUMNS.map(([name, read]) => [name, jsonCell(read(sample))]);
    return JSON.stringify(Object.fromEntries(cells));
  });
  const opening = isFirst ? '[\n' : rows.length > 0 ? ',\n' : '';
  return `${opening}${rows.join(',\n')}${isLast ? '\n]\n' : ''}`;
}

function jsonCell(value: Cell | bigint): Cell {
  return typeof value === 'bigint' ? dollarNumber(value) : value;
}
