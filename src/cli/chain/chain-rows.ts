import type { Chain, ChainEntryStatus } from '../../contract/chain.ts';
import { formatDuration } from '../../telemetry/format-quantity.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';
import { formatTable } from '../usage/format-table.ts';

export interface ChainView extends Chain {
  /** Whether the gateway itself answers. */
  readonly gatewayRuns: boolean;
}

/**
 * The chain as people read it: every entry with its place, the gateway among them. A wrapper has no state that
 * could be asked for, which is said where its state would stand.
 */
export function formatChain(
  chain: ChainView,
  { paint, now }: { readonly paint: Paint; readonly now: number },
): string[] {
  const rows = placesOf(chain).map(({ place, entry }): Row => {
    if (entry === undefined)
      return {
        text: [`[${place}] Switchyard (this gateway)`, chain.gateway_url, ...gatewayWords(chain, paint)],
      };
    if (entry.type === 'cli_wrapper') return { line: `[${place}] ${wrapperText(entry)}` };
    return {
      text: [`[${place}] ${printable(entry.name)}`, entry.url ?? '', ...entryWords(entry, paint, now)],
    };
  });
  const { file } = chain;
  return [
    `Chain entries (from ${file ?? 'built-in defaults'}):`,
    ...layOut(rows),
    `clients are given ${chain.front_door}`,
  ];
}

type Row = { readonly text: readonly string[] } | { readonly line: string };

/** Wrappers stand in whole lines: their words would make the first column too wide for all others. */
function layOut(rows: readonly Row[]): string[] {
  const columns = ['', '', '', ''].map((title) => ({ title, align: 'left' as const }));
  const cells = rows.flatMap((row) => ('text' in row ? [row.text] : []));
  const lines = formatTable(columns, cells).slice(1);
  let next = 0;
  return rows.map((row) => ('line' in row ? row.line : (lines[next++] ?? '')));
}

interface ChainPlace {
  /** From 1. */
  readonly place: number;
  /** `undefined`: the gateway itself. */
  readonly entry: ChainEntryStatus | undefined;
}

/** The gateway stands behind the last entry before it. */
function placesOf({ entries }: Pick<Chain, 'entries'>): ChainPlace[] {
  const last = entries.findLastIndex(({ side }) => side === 'before');
  const all = [...entries.slice(0, last + 1), undefined, ...entries.slice(last + 1)];
  return all.map((entry, index) => ({ place: index + 1, entry }));
}

function wrapperText({ name, enabled }: ChainEntryStatus): string {
  return `${printable(name)} (CLI wrapper — passive, no port)${enabled ? '' : ', disabled'}`;
}

function gatewayWords({ gatewayRuns }: ChainView, paint: Paint): [string, string] {
  return gatewayRuns ? [paint('green', 'healthy'), ''] : [paint('yellow', 'not running'), ''];
}

function entryWords(entry: ChainEntryStatus, paint: Paint, now: number): [string, string] {
  if (!entry.enabled) return ['disabled', entry.side];
  return [healthWord(entry, paint), [entry.side, ...details(entry, now)].join(', ')];
}

/** What the server says of an entry, in the words that the web page uses as well. */
export function healthWord({ health, service }: ChainEntryStatus, paint: Paint): string {
  switch (health) {
    case 'healthy':
      return paint('green', 'healthy');
    case 'unreachable':
      return paint('red', service === 'failed' ? 'unreachable (given up)' : 'unreachable');
    case 'checking':
      return 'checking…';
    case 'passive':
      return 'passive';
    case 'unchecked':
      return service === 'external' ? 'not checked' : 'stopped';
    default:
      return health satisfies never;
  }
}

function details(
  { pid, started_at: since, restarts, reason, service }: ChainEntryStatus,
  now: number,
): string[] {
  return [
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(since === null ? [] : [`up ${formatDuration(now - since)}`]),
    ...(restarts === 0 ? [] : [`restarted ${restarts}×`]),
    ...(service === 'waiting' ? ['starts again soon'] : []),
    ...(reason === '' ? [] : [printable(reason, 200)]),
  ];
}
