import { Buffer } from 'node:buffer';
import type { Worker } from 'node:worker_threads';
import { GatewayError } from '../../../domain/errors.ts';
import type { PairReading } from '../../../domain/pair.ts';
import { SAME_NAMES, toClientBy } from '../../../formats/passes/map-tool-names.ts';
import type { RequestTranslation, TranslatedRequest } from '../../../formats/translate.ts';
import { startThread } from '../../../store/start-thread.ts';
import type { WireSide } from '../wire-side.ts';
import type { CopyJob, CopyReply, CopyRequest, CopyResult, PlainTranslated } from './copy-protocol.ts';

interface Waiting {
  readonly resolve: (result: CopyResult) => void;
  readonly reject: (error: GatewayError) => void;
}

const ENTRY = new URL('./copy-worker.ts', import.meta.url);
const NURSERY_MB = 16;
/** Its memory, some 20 MB, is given back when nothing was compared for so long. */
const REST_MS = 60_000;

/**
 * The heavy work of comparing, in a thread of its own: translating requests for their copies and reading the answers.
 * On the event loop it would hold up whatever request comes meanwhile, and what it leaves to the collector would be
 * collected there. Started with the first job.
 */
export class CopyThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;
  #resting: NodeJS.Timeout | undefined;

  /**
   * As `translateRequest`, for a target that has issued no signature anybody remembers.
   * @throws GatewayError as that does, and `internal` when the thread dies or is closed meanwhile
   */
  async translate({ body, ...input }: RequestTranslation): Promise<TranslatedRequest> {
    const { isOwnSignature: _, ...target } = input.target;
    const { newId, ...answer } = input.answer;
    const result = await this.#do({ kind: 'translate', input: { ...input, body, target, answer } });
    return asSent(expect('translated', result).sent, newId);
  }

  /** Takes the memory of both answers. @throws GatewayError `internal` when the thread dies or is closed meanwhile */
  async read(primary: WireSide, shadow: WireSide): Promise<PairReading> {
    const memory = [primary, shadow].flatMap(({ bytes }) => bytes?.buffer ?? []);
    return expect('read', await this.#do({ kind: 'read', primary, shadow }, memory)).reading;
  }

  async close(): Promise<void> {
    clearTimeout(this.#resting);
    const worker = this.#worker;
    this.#end('The gateway stops.');
    await worker?.terminate();
  }

  #do(job: CopyJob, memory: readonly ArrayBuffer[] = []): Promise<CopyResult> {
    const number = this.#next++;
    clearTimeout(this.#resting);
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#launch();
      this.#worker.postMessage({ ...job, number } satisfies CopyRequest, memory);
      this.#waiting.set(number, { resolve, reject });
      this.#worker.ref();
    });
  }

  #launch(): Worker {
    const worker = startThread(ENTRY, {}, NURSERY_MB);
    worker.on('message', (reply: CopyReply) => this.#receive(reply));
    worker.on('error', (error) => this.#onDeath(worker, String(error)));
    worker.on('exit', (code) => this.#onDeath(worker, `exit code ${code}`));
    return worker;
  }

  #receive(reply: CopyReply): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (this.#waiting.size === 0) this.#rest();
    if (reply.kind === 'refused') waiting?.reject(new GatewayError(reply.code, reply.message));
    else waiting?.resolve(reply);
  }

  #rest(): void {
    this.#worker?.unref();
    this.#resting = setTimeout(() => void this.close(), REST_MS).unref();
  }

  #onDeath(worker: Worker, reason: string): void {
    if (this.#worker === worker) this.#end(`The thread that compares answers died: ${reason}`);
  }

  #end(reason: string): void {
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new GatewayError('internal', reason));
  }
}

function expect<Kind extends CopyResult['kind']>(
  kind: Kind,
  result: CopyResult,
): Extract<CopyResult, { kind: Kind }> {
  if (result.kind !== kind) throw new GatewayError('internal', `The thread answered ${result.kind}.`);
  return result as Extract<CopyResult, { kind: Kind }>; // Its kind has just been looked at.
}

function asSent(
  { body, context, clients, ...sent }: PlainTranslated,
  newId: () => string,
): TranslatedRequest {
  const toolNames = { ...SAME_NAMES, ...toClientBy(clients) };
  return { ...sent, body: Buffer.from(body.buffer), context: { ...context, newId, toolNames } };
}
