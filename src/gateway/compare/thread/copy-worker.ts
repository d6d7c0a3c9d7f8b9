/** The thread that translates requests for their copies and reads pairs of answers, one after another. */
import { Buffer } from 'node:buffer';
import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { toGatewayError } from '../../../domain/errors.ts';
import { translateRequest } from '../../../formats/translate.ts';
import type {
  CopyJob,
  CopyReply,
  CopyRequest,
  CopyResult,
  PlainTranslated,
  PlainTranslation,
} from './copy-protocol.ts';
import { readPair } from './read-pair.ts';

const port = parentPort;
if (port === null) throw new Error('the copy worker runs as a worker thread only');

port.on('message', (request: CopyRequest) => {
  const result = resultOf(request);
  const memory = result.kind === 'translated' ? [result.sent.body.buffer] : [];
  port.postMessage({ ...result, number: request.number } satisfies CopyReply, memory);
});
letOthersGoFirst();

function resultOf(job: CopyJob): CopyResult {
  try {
    return job.kind === 'translate'
      ? { kind: 'translated', sent: translate(job.input) }
      : { kind: 'read', reading: readPair(job.primary, job.shadow) };
  } catch (thrown) {
    const { code, message } = toGatewayError(thrown);
    return { kind: 'refused', code, message };
  }
}

function translate({ body, target, answer, ...rest }: PlainTranslation): PlainTranslated {
  const sent = translateRequest({
    ...rest,
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    target: { ...target, isOwnSignature: undefined },
    answer: { ...answer, newId: noId },
  });
  const { newId: _, toolNames, ...context } = sent.context;
  // A copy of its own: what the encoder made may lie in a block that it shares.
  return { ...sent, body: new Uint8Array(sent.body), context, clients: toolNames.clients };
}

/** The answer to a copy is read and not translated. */
function noId(): string {
  return '';
}

/**
 * Where processors are few, those who answer clients go first; a busy processor still leaves this thread a tenth. Only
 * Linux knows a priority of a thread; elsewhere it would be that of the whole process.
 */
function letOthersGoFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (thread === process.pid) return;
    setPriority(thread, Math.max(getPriority(thread), constants.priority.PRIORITY_BELOW_NORMAL));
  } catch {
    // Without /proc, or where priorities are not ours to change, it takes its turn as every other thread.
  }
}
