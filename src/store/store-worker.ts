/** The store's thread: folds when it is woken, answers queries in between. All work on the database happens here. */
import { parentPort, workerData } from 'node:worker_threads';
import type * as Pairs from './pairs/store-pair.ts';
import type { PairStore } from './pairs/store-pair.ts';
import type * as Queries from './queries/index.ts';
import { StoreEngine } from './store-engine.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('the store worker runs as a worker thread only');
const start = workerData as WorkerStart; // Built by the ledger alone.
const reply = (message: WorkerReply): void => port.postMessage(message);

const engine = new StoreEngine({
  ...start,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  report: (event) => reply({ kind: 'event', event }),
});

const settling: number[] = [];
/** Loaded with the first question: the query builder is 16 MB that a gateway nobody asks does not need. */
let queries: Promise<typeof Queries> | undefined;
let pairs: Promise<typeof Pairs> | undefined;
let active = start.firstSegment;
let scheduled: NodeJS.Immediate | undefined;
let retry: NodeJS.Timeout | undefined;

port.on('message', (request: WorkerRequest) => {
  switch (request.kind) {
    case 'wake':
      active = request.active;
      return schedule();
    case 'settle':
      active = request.active;
      settling.push(request.id);
      return schedule();
    case 'prices':
      active = request.active;
      engine.usePrices(request.prices);
      return schedule();
    case 'query':
      return void answerWith(request.id, async () => {
        queries ??= import('./queries/index.ts');
        const { answerQuery } = await queries;
        return (open) => answerQuery({ ...open, startedAt: start.startedAt }, request.name, request.input);
      });
    case 'pair':
      return void answerWith(request.id, async () => {
        pairs ??= import('./pairs/store-pair.ts');
        const { storePair } = await pairs;
        return (open) => storePair(open, request.pair);
      });
    case 'close':
      active = request.active;
      return close();
  }
});
schedule();

function schedule(): void {
  scheduled ??= setImmediate(run);
}

/** One piece at a time, so that queries get their turn in between. */
function run(): void {
  scheduled = undefined;
  if (step()) return schedule();
  for (const id of settling.splice(0)) reply({ kind: 'settled', id });
  clearTimeout(retry);
  if (engine.retryIn !== undefined) retry = setTimeout(schedule, engine.retryIn);
}

function step(): boolean {
  const { more, bytes, records, damaged } = engine.step(active);
  reply({ kind: 'progress', bytes, records, damaged, state: engine.state });
  return more;
}

/** What is asked of the database once it is open. */
type Work = (open: PairStore) => unknown;

async function answerWith(id: number, load: () => Promise<Work>): Promise<void> {
  const work = await load();
  // A question may be the first thing that is wanted of the store.
  if (engine.database === undefined) step();
  const { database } = engine;
  if (database === undefined) {
    const { state } = engine;
    const reason = 'reason' in state ? state.reason : 'the ledger is still being opened';
    return reply({ kind: 'refusal', id, reason });
  }
  try {
    reply({ kind: 'answer', id, output: work({ database, prices: engine.prices }) });
  } catch (error) {
    engine.distrust(error);
    reply({ kind: 'refusal', id, reason: error instanceof Error ? error.message : String(error) });
    schedule();
  }
}

function close(): void {
  clearImmediate(scheduled);
  clearTimeout(retry);
  while (step());
  for (const id of settling.splice(0)) reply({ kind: 'settled', id });
  engine.close();
  reply({ kind: 'closed' });
  port?.close();
}
