import type { PairBody, PairDetailBody, PairDiffBody, PairSideBody } from '../../contract/pairs.ts';
import { formatCost, formatTiming, formatTokens } from '../../telemetry/format-quantity.ts';
import type { Color, Paint } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';
import { formatTable, type TableColumn } from '../usage/format-table.ts';

const left = (title: string): TableColumn => ({ title, align: 'left' });
const right = (title: string): TableColumn => ({ title, align: 'right' });

const COLUMNS = [
  left('time'),
  left('task'),
  left('A'),
  left('B'),
  left('agreement'),
  right('text'),
  right('A takes'),
  right('B takes'),
  right('A costs'),
  right('B costs'),
  left('judged'),
  left('id'),
];

/** Compared answers, one a line. */
export function formatPairs(pairs: readonly PairBody[]): string[] {
  const rows = pairs.map((pair) => [
    pair.time.slice(5, 19).replace('T', ' '),
    pair.task ?? pair.tier ?? '—',
    nameOf(pair.a),
    nameOf(pair.b),
    pair.agreement ?? `— (${obstacleOf(pair)})`,
    percent(pair.text_similarity),
    timeOf(pair.a),
    timeOf(pair.b),
    formatCost(pair.a.list_cost_usd ?? undefined),
    formatCost(pair.b.list_cost_usd ?? undefined),
    pair.judgement ?? '',
    pair.id,
  ]);
  return formatTable(COLUMNS, rows);
}

const COLORS: Readonly<Record<string, Color>> = { agree: 'green', partly: 'yellow', differ: 'red' };

/** One pair in full: figures, differences, both answers. */
export function formatPair({ pair, a, b, diff }: PairDetailBody, paint: Paint): string[] {
  const agreement = pair.agreement ?? 'not compared';
  return [
    `${paint('bold', pair.id)}  ${pair.time}  ${paint(COLORS[agreement] ?? 'dim', agreement)}`,
    row('asked', [pair.requested_model, pair.client, pair.tier, pair.task].filter(isText).join('  ')),
    row('A', sideLine(pair.a)),
    row('B', sideLine(pair.b)),
    ...(pair.judgement === null ? [] : [row('judged', pair.judgement)]),
    ...(diff === null ? [] : formatDiff(diff, paint)),
    ...formatAnswer('A', a, paint),
    ...formatAnswer('B', b, paint),
  ];
}

function formatDiff(diff: PairDiffBody, paint: Paint): string[] {
  const order = diff.calls.length > 1 && !diff.same_order ? ['in another order'] : [];
  const stop = diff.same_stop ? [] : ['for other reasons they stopped'];
  const text = diff.text_similarity === null ? 'no text' : `${percent(diff.text_similarity)} worded alike`;
  return [
    row('text', [text, ...order, ...stop].join(', ')),
    ...diff.calls.map((call) => {
      const where =
        call.paths.length === 0 ? '' : `: ${call.paths.map((path) => printable(path)).join(', ')}`;
      const { word, color } = CALLS[call.kind];
      return row('call', `${printable(call.tool)}  ${paint(color, word)}${where}`);
    }),
  ];
}

const CALLS = {
  same: { word: 'the same call', color: 'green' },
  arguments: { word: 'other arguments', color: 'yellow' },
  'only-a': { word: 'only in A', color: 'red' },
  'only-b': { word: 'only in B', color: 'red' },
} as const satisfies Record<PairDiffBody['calls'][number]['kind'], { word: string; color: Color }>;

/** Longer lines of an answer are cut; `--json` has all of it. */
const LONGEST_LINE = 400;

function formatAnswer(name: string, answer: PairDetailBody['a'], paint: Paint): string[] {
  const title = paint('bold', `── ${name} `);
  if (answer === null) return [title, '  no whole answer is kept'];
  const lines = answer.text === '' ? [] : answer.text.split('\n');
  return [
    `${title}stopped: ${answer.stop}`,
    ...lines.map((line) => `  ${printable(line, LONGEST_LINE)}`),
    ...answer.calls.map(({ tool, input }) => `  → ${printable(tool)} ${printable(input, LONGEST_LINE)}`),
  ];
}

function sideLine(side: PairSideBody): string {
  const tokens = `${formatTokens(side.prompt_tokens ?? undefined)}/${formatTokens(side.output_tokens ?? undefined)} tokens`;
  const cost = `${formatCost(side.list_cost_usd ?? undefined)} at list price`;
  const end = side.outcome === 'ok' ? [] : [side.error ?? `${side.outcome} ${side.status ?? ''}`.trim()];
  return [nameOf(side), timeOf(side), tokens, cost, ...end].join('  ');
}

/** Why two answers were not compared. */
function obstacleOf({ a, b }: PairBody): string {
  const [name, side] = b.outcome === 'ok' ? ['A', a] : ['B', b];
  if (side.outcome === 'ok') return 'too long, or no answer';
  const status = side.outcome === 'error' ? side.status : null;
  return `${name} ${side.error ?? status ?? side.outcome}`;
}

function timeOf({ ttft_ms: ttft, total_ms: total }: PairSideBody): string {
  return total === null ? '—' : formatTiming(ttft ?? undefined, total);
}

function nameOf({ lane, model }: PairSideBody): string {
  return printable(model === null ? lane : `${lane}/${model}`, 36);
}

export function percent(share: number | null): string {
  return share === null ? '—' : `${Math.round(share * 100)} %`;
}

function isText(text: string | null): text is string {
  return text !== null;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(8)} ${text}`;
}
