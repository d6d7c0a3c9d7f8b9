/** What the gateway wrote down about a probe: its row in the ledger, and its line in the usage log. */
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { AdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import type { ResponseOf } from '../../contract/endpoints.ts';
import type { Status } from '../../contract/status.ts';

type StoredRow = ResponseOf<'exchange'>['attempts'][number];

export type StoredProof =
  | { readonly kind: 'stored'; readonly row: StoredRow; readonly log: LogProof }
  /** `reason` in words: it failed to be written, which is what `ok` is there to find out. */
  | { readonly kind: 'missing'; readonly reason: string }
  /** Nothing is kept, as configured. */
  | { readonly kind: 'off' };

/** Whether the line is in the file; `unseen` where there is no such file that could be read here. */
type LogProof = 'found' | 'missing' | 'off' | 'unseen';

/** The answer's last byte is a moment earlier than its record. */
const PATIENCE_MS = 2_000;
const POLL_MS = 20;
/** A probe's line stands at the end of the log. */
const TAIL_BYTES = 256 * 1024;

export async function findStored(
  client: AdminClient,
  exchange: string | undefined,
  ledger: Status['ledger'],
): Promise<StoredProof> {
  if (ledger.state === 'off') return { kind: 'off' };
  if (exchange === undefined) return { kind: 'missing', reason: 'the answer names no exchange' };
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask(client, exchange);
    const row = typeof found === 'string' ? undefined : found.attempts.at(-1);
    if (row !== undefined) return { kind: 'stored', row, log: await findInLog(ledger.usage_log, exchange) };
    const reason = typeof found === 'string' ? found : 'it has no row of a try';
    if (performance.now() > deadline) return { kind: 'missing', reason };
    await wait(POLL_MS);
  }
}

async function ask(client: AdminClient, id: string): Promise<ResponseOf<'exchange'> | string> {
  try {
    return await client.call('exchange', { parameters: { id } });
  } catch (error) {
    if (error instanceof AdminClientError) return error.message;
    throw error;
  }
}

async function findInLog(path: string | null, exchange: string): Promise<LogProof> {
  if (path === null) return 'off';
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.includes(`"rid":"${exchange}"`) ? 'found' : 'missing';
  } catch {
    return 'unseen'; // Another user's file, or another machine's.
  }
}
