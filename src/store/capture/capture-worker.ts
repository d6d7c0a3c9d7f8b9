/** The thread that writes captures: it looks for secrets, compresses and writes, one exchange after another. */
import { parentPort, workerData } from 'node:worker_threads';
import { pruneCaptures, writeCapture } from './capture-directory.ts';
import { encodeCapture } from './capture-file.ts';
import type { CaptureReply, CaptureRequest, CaptureStart } from './capture-protocol.ts';
import { redactExchange } from './redact-exchange.ts';

const port = parentPort;
if (port === null) throw new Error('the capture worker runs as a worker thread only');
const { directory } = workerData as CaptureStart; // Built by the capture store alone.

/** After this much has been written it is looked whether too much is there. */
const LOOK_AFTER_BYTES = 4 * 1024 * 1024;
let written = LOOK_AFTER_BYTES;
let queue = Promise.resolve();

port.on('message', (request: CaptureRequest) => {
  queue = queue.then(() => answer(request));
});

async function answer(request: CaptureRequest): Promise<void> {
  const error = await store(request).then(
    () => undefined,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  );
  port?.postMessage({ number: request.number, error } satisfies CaptureReply);
}

async function store({ draft, limits }: CaptureRequest): Promise<void> {
  const { id, receivedAt } = draft.exchange;
  const file = encodeCapture(redactExchange(draft, limits.maxBodyBytes));
  writeCapture(directory, { id, receivedAt, file });
  written += file.length;
  if (written < LOOK_AFTER_BYTES) return;
  written = 0;
  // What is written until the next look is room that is kept free now.
  const bytes = Math.max(0, limits.maxTotalBytes - LOOK_AFTER_BYTES);
  await pruneCaptures(directory, Date.now(), { days: limits.keepDays, bytes });
}
