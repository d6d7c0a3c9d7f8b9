/**
 * The line per request in a log that programs read: what came, where it went, why and how fast. People at a terminal
 * get the live line instead.
 */
import type { ExchangeRecord } from '../domain/exchange.ts';
import { cacheWrites, sumUsage } from '../domain/usage.ts';
import { printable } from './printable.ts';

const LONGEST = 120;

export interface RequestLogOptions {
  /** Gets one whole line with its newline. */
  readonly write: (line: string) => void;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

/**
 * Lines of the same shape as the log's own (`log.ts`), made at once: there is one per request, and the logger takes
 * four times as long.
 * @returns a recorder; call it once per finished exchange
 */
export function createRequestLog({ write, now }: RequestLogOptions): (record: ExchangeRecord) => void {
  return (record) => {
    const { outcome, attempts, decision, client, totalMs } = record;
    const last = attempts.at(-1);
    const usage = sumUsage(attempts.map((attempt) => attempt.usage));
    const isFine = outcome.kind === 'answered' && outcome.status < 400;
    const line = {
      level: isFine || outcome.kind === 'aborted' ? 'info' : 'warn',
      time: new Date(now()).toISOString(),
      exchange: record.id,
      decision: decision?.id,
      rule: decision?.rule,
      evidence: short(decision?.evidence),
      task: record.task,
      client: client.name,
      session: short(client.session),
      workspace: short(record.workspace),
      outcome: outcome.kind,
      status: outcome.kind === 'aborted' ? undefined : outcome.status,
      error: 'error' in outcome ? outcome.error : undefined,
      attempts: attempts.length,
      ttft_ms: last?.ttftMs === undefined ? undefined : Math.round(last.ttftMs),
      total_ms: Math.round(totalMs),
      // As the ledger counts them: of all tries, and what came from the cache apart.
      input_tokens: usage.input,
      cache_read_tokens: usage.cacheRead,
      cache_write_tokens: cacheWrites(usage),
      output_tokens: usage.output,
      msg: messageOf(record),
    };
    write(`${JSON.stringify(line)}\n`);
  };
}

function messageOf({ requestedModel, attempts, outcome, kind }: ExchangeRecord): string {
  const asked = short(requestedModel) ?? kind.operation;
  const last = attempts.at(-1);
  const served = short(last?.servedModel ?? last?.sentModel);
  const target = last === undefined ? 'nobody' : [last.provider, served].filter(Boolean).join('/');
  const end = outcome.kind === 'answered' ? String(outcome.status) : outcome.kind;
  return `[Request] ${asked} → ${target} ${end}`;
}

/** Names come from callers: no escape sequence, and none that fills the log. */
function short(text: string | undefined): string | undefined {
  return text === undefined ? undefined : printable(text, LONGEST);
}
