/** Runs a JavaScript or TypeScript router: loads its module once and asks it for every line that comes. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

type Route = (request: unknown, config: unknown) => unknown;

/** Longer reasons are cut: a script may throw a whole request. */
const LONGEST_REASON = 300;

let config: unknown = {};

function say(frame: object): void {
  parentPort?.postMessage(frame);
}

function wordsOf(thrown: unknown): string {
  return String(thrown).slice(0, LONGEST_REASON);
}

/** The default export, or a function `route` on the module or on its default export. */
function routeOf(module: Readonly<Record<string, unknown>>): Route | undefined {
  const usual = module['default'];
  const candidates = [usual, module['route'], isObject(usual) ? usual['route'] : undefined];
  const found = candidates.find((candidate) => typeof candidate === 'function');
  // A function can be called with anything; what it returns is read as unknown.
  return found as Route | undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

async function answer(route: Route, line: string): Promise<void> {
  // The gateway wrote this line.
  const frame = JSON.parse(line) as { id?: number; request?: unknown; config?: unknown };
  if (frame.id === undefined) {
    config = frame.config;
    return;
  }
  const { id } = frame;
  try {
    say({ id, target: (await route(frame.request, config)) ?? null });
  } catch (thrown) {
    say({ id, error: wordsOf(thrown) });
  }
}

async function load(): Promise<void> {
  // The first thread gives it this data and nothing else.
  const { script } = workerData as { script: string };
  const module = (await import(pathToFileURL(script).href)) as Record<string, unknown>;
  const route = routeOf(module);
  if (route === undefined) {
    say({ fatal: 'its module exports neither a function by default nor one named route' });
    return;
  }
  parentPort?.on('message', (line: string) => void answer(route, line));
  say({ ready: true });
}

load().catch((thrown: unknown) => {
  say({ fatal: `its module cannot be loaded: ${wordsOf(thrown)}` });
});
