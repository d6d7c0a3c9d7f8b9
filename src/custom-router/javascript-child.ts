/**
 * The first thread of the process that runs a JavaScript or TypeScript router. The script itself runs in a second one,
 * so that this one stays awake whatever the script does: it ends the process when the gateway is gone or the memory
 * is used up.
 */
import { Worker } from 'node:worker_threads';
import { createInterface } from 'node:readline';

const MEBIBYTE = 1024 * 1024;
/** How often the memory of the process is looked at, milliseconds. */
const LOOK_EVERY = 100;

const [script = '', memoryText = ''] = process.argv.slice(2);
const memory = Number(memoryText);

/** Begins a line of its own: the script may have printed half a line just before. */
function say(frame: object): void {
  process.stdout.write(`\n${JSON.stringify(frame)}\n`);
}

function end(reason: string): void {
  say({ fatal: reason });
  process.exit(1);
}

const worker = new Worker(new URL('./javascript-worker.ts', import.meta.url), {
  workerData: { script },
  stdout: true,
  resourceLimits: { maxOldGenerationSizeMb: Math.max(16, Math.floor(memory / 2 / MEBIBYTE)) },
});
// What the script prints is none of the answers.
worker.stdout.pipe(process.stderr);
worker.on('message', say);
worker.on('error', (error) => {
  end(`it threw outside of a request: ${String(error)}`);
});
worker.on('exit', () => {
  end('it ended itself');
});

setInterval(() => {
  if (process.memoryUsage.rss() > memory) end(`it took more than ${Math.round(memory / MEBIBYTE)} MiB`);
}, LOOK_EVERY).unref();

const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on('line', (line) => {
  worker.postMessage(line);
});
lines.on('close', () => process.exit(0));
