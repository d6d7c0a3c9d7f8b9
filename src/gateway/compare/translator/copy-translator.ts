import { Buffer } from 'node:buffer';
import type { Worker } from 'node:worker_threads';
import { GatewayError } from '../../../domain/errors.ts';
import { SAME_NAMES, toClientBy } from '../../../formats/passes/map-tool-names.ts';
import type { RequestTranslation, TranslatedRequest } from '../../../formats/translate.ts';
import { startThread } from '../../../store/start-thread.ts';
import type { CopiedTranslation, TranslatorReply, TranslatorRequest } from './translator-protocol.ts';

interface Waiting {
  readonly newId: () => string;
  readonly resolve: (sent: TranslatedRequest) => void;
  readonly reject: (error: GatewayError) => void;
}

const ENTRY = new URL('./translator-thread.ts', import.meta.url);
const NURSERY_MB = 16;
/** Its memory, some 20 MB, is given back when nothing was copied for so long. */
const REST_MS = 60_000;

/**
 * Translates requests for their copies in a thread of its own: on the event loop each would hold up whatever request
 * comes meanwhile, and what it leaves to the collector would be collected there. Started with the first copy that
 * needs it.
 */
export class CopyTranslator {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;
  #resting: NodeJS.Timeout | undefined;

  /**
   * As `translateRequest`, for a target that has issued no signature anybody remembers.
   * @throws GatewayError as that does, and `internal` when the thread dies or is closed meanwhile
   */
  translate(input: RequestTranslation): Promise<TranslatedRequest> {
    const number = this.#next++;
    const { isOwnSignature: _, ...target } = input.target;
    const { newId, ...answer } = input.answer;
    const request: TranslatorRequest = { number, input: { ...input, target, answer } };
    clearTimeout(this.#resting);
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { newId, resolve, reject });
      this.#worker ??= this.#launch();
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#resting);
    const worker = this.#worker;
    this.#end('The gateway stops.');
    await worker?.terminate();
  }

  #launch(): Worker {
    const worker = startThread(ENTRY, {}, NURSERY_MB);
    worker.on('message', (reply: TranslatorReply) => this.#receive(reply));
    worker.on('error', (error) => this.#end(`The thread that translates copies died: ${String(error)}`));
    return worker;
  }

  #receive(reply: TranslatorReply): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (this.#waiting.size === 0) this.#rest();
    if (reply.kind === 'sent') waiting?.resolve(asSent(reply.sent, waiting.newId));
    else waiting?.reject(new GatewayError(reply.code, reply.message));
  }

  #rest(): void {
    this.#resting = setTimeout(() => void this.close(), REST_MS).unref();
  }

  #end(reason: string): void {
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new GatewayError('internal', reason));
  }
}

function asSent(
  { body, context, clients, ...sent }: CopiedTranslation,
  newId: () => string,
): TranslatedRequest {
  const toolNames = { ...SAME_NAMES, ...toClientBy(clients) };
  return { ...sent, body: Buffer.from(body.buffer), context: { ...context, newId, toolNames } };
}
