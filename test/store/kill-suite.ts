/** Kills a recording process again and again, and checks each time that the ledger holds what it had taken. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { openLedger, until } from './workbench.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

/** What a killed process said it had recorded. */
export interface Taken {
  readonly intents: string[];
  readonly attempts: string[];
  readonly exchanges: string[];
}

export interface Tally {
  exchanges: number;
  interrupted: number;
  slowestReadyMs: number;
}

/** Lets a process record into `directory` and kills it `afterMs` after its first record. */
export async function recordAndKill(directory: string, prefix: string, afterMs: number): Promise<Taken> {
  const takenPath = join(directory, `taken-${prefix}.txt`);
  const child = spawn(process.execPath, [CHILD, directory, prefix, takenPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.once('data', () => {
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on('close', (...ended) => resolve(ended));
  });
  assert.equal(signal, 'SIGKILL', `the process ended by itself with code ${code}`);
  const lines = readFileSync(takenPath, 'utf8').split('\n').slice(0, -1);
  const ofKind = (kind: string) => lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(2));
  return { intents: ofKind('i '), attempts: ofKind('t '), exchanges: ofKind('x ') };
}

/** Opens the ledger as the next process would, and checks it against what was taken. */
export async function checkAfterKill(context: TestContext, directory: string, taken: Taken, tally: Tally) {
  const began = performance.now();
  const { ledger, events, databasePath } = openLedger(context, directory);
  await until(() => ledger.health().state === 'ready', 'the ledger is ready');
  tally.slowestReadyMs = Math.max(tally.slowestReadyMs, Math.round(performance.now() - began));
  await ledger.settle();
  assert.equal(ledger.health().state, 'ready');
  const audit = await ledger.query('audit', {});
  assert.deepEqual(
    { equal: audit.equal, integrity: audit.integrity, differs: audit.differingHours },
    { equal: true, integrity: 'ok', differs: [] },
  );
  await ledger.close();
  assert.deepEqual(
    events.filter(({ kind }) => kind !== 'interrupted'),
    [],
    'nothing was damaged: a kill tears no record',
  );
  compare(databasePath, taken, tally);
}

function compare(databasePath: string, taken: Taken, tally: Tally): void {
  const database = new DatabaseSync(databasePath, { readOnly: true });
  const rows = database
    .prepare('SELECT a.id, a.exchange, d.outcome FROM attempts a JOIN dimensions d ON d.id = a.dims')
    .all();
  const outcomes = new Map(rows.map((row) => [String(row['id']), String(row['outcome'])]));
  const exchanges = new Set(
    database
      .prepare("SELECT id FROM exchanges WHERE outcome <> 'interrupted'")
      .all()
      .map((row) => String(row['id'])),
  );
  const open = database.prepare('SELECT count(*) AS n FROM open_attempts').get()?.['n'];
  database.close();
  assert.equal(outcomes.size, rows.length, 'an attempt is stored twice');
  assert.equal(open, 0, 'an attempt of a dead process is still open');
  for (const id of taken.exchanges) assert.ok(exchanges.has(id), `exchange ${id} is lost`);
  for (const id of taken.attempts) assert.equal(outcomes.get(id), 'ok', `attempt ${id} is lost`);
  const done = new Set(taken.exchanges);
  for (const id of taken.intents) {
    const outcome = outcomes.get(id);
    assert.ok(outcome !== undefined, `attempt ${id} was announced and has no row`);
    if (done.has(id.replace(/-\d$/, ''))) assert.equal(outcome, 'ok', `attempt ${id}`);
  }
  tally.exchanges += taken.exchanges.length;
  tally.interrupted = [...outcomes.values()].filter((outcome) => outcome === 'interrupted').length;
}

/** Attempt ids in all files of a usage log, in no order. */
export function loggedAttempts(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith('usage.jsonl'))
    .flatMap((name) => {
      const bytes = readFileSync(join(directory, name));
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { attempt: string }).attempt);
    });
}

/** Kills at `kills` moments spread over the first half second of recording, the gaps between them random. */
export async function killSuite(context: TestContext, directory: string, kills: number): Promise<Tally> {
  const tally: Tally = { exchanges: 0, interrupted: 0, slowestReadyMs: 0 };
  for (let round = 0; round < kills; round += 1) {
    const afterMs = Math.floor(Math.random() ** 2 * 300);
    const taken = await recordAndKill(directory, `r${round}`, afterMs);
    await checkAfterKill(context, directory, taken, tally);
  }
  return tally;
}
