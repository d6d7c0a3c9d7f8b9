import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Chain, ChainEntryStatus } from '../../contract/chain.ts';
import { formatDuration, formatTokens } from '../../telemetry/format-quantity.ts';
import type { AdminFetch } from '../../admin-client/admin-client.ts';
import { findOnPath } from '../run/find-on-path.ts';
import { formatTable, type TableColumn } from '../usage/format-table.ts';
import type { Environment } from '../terminal.ts';

const COLUMNS: readonly TableColumn[] = [
  { title: 'service', align: 'left' },
  { title: 'up', align: 'right' },
  { title: 'restarts', align: 'right' },
  { title: 'checks', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'answers in', align: 'right' },
];

/** What was counted of each service, one line each. */
export function formatStats({ entries }: Pick<Chain, 'entries'>, now: number): string[] {
  const services = entries.filter(({ type }) => type === 'http');
  return services.length === 0
    ? []
    : formatTable(
        COLUMNS,
        services.map((entry) => statsRow(entry, now)),
      );
}

function statsRow(entry: ChainEntryStatus, now: number): string[] {
  const { started_at: since, health_ms: answersIn } = entry;
  return [
    entry.id,
    since === null ? '-' : formatDuration(now - since),
    String(entry.restarts),
    String(entry.checks_passed + entry.checks_failed),
    String(entry.checks_failed),
    answersIn === null ? '-' : `${Math.round(answersIn)} ms`,
  ];
}

const gainSchema = z.object({
  summary: z.object({
    total_commands: z.number(),
    total_saved: z.number(),
    avg_savings_pct: z.number().optional(),
  }),
});

/** What RTK says it has saved, in one sentence; why not, where it cannot be asked. */
export async function rtkSavings(environment: Environment): Promise<string> {
  const file = findOnPath('rtk', environment);
  if (file === undefined) return 'rtk is not on PATH';
  try {
    const { stdout } = await promisify(execFile)(file, ['gain', '--format', 'json'], { timeout: 5_000 });
    const { summary } = gainSchema.parse(JSON.parse(stdout));
    const share = summary.avg_savings_pct === undefined ? '' : ` (${Math.round(summary.avg_savings_pct)} %)`;
    return `rtk gain: ${formatTokens(summary.total_saved)} tokens${share} of what ${summary.total_commands} commands printed`;
  } catch {
    return 'rtk gain tells nothing that can be read';
  }
}

const headroomSchema = z.object({
  display_session: z.object({
    requests: z.number(),
    tokens_saved: z.number(),
    savings_percent: z.number().optional(),
  }),
});

/** What a Headroom at this URL says it has saved; `undefined` when something else answers there. */
export async function headroomSavings(url: string, fetch: AdminFetch): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/stats`, {
      method: 'GET',
      headers: {},
      signal: AbortSignal.timeout(2_000),
    });
    const { display_session: session } = headroomSchema.parse(JSON.parse(await answer.text()));
    const share = session.savings_percent === undefined ? '' : ` (${Math.round(session.savings_percent)} %)`;
    return `${formatTokens(session.tokens_saved)} tokens${share} of ${session.requests} requests`;
  } catch {
    return undefined; // It is no Headroom, or too busy to say.
  }
}
