import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createHome, type Home } from '../cli-harness.test-data.ts';

let home: Home;
before(async () => (home = await createHome()));
after(() => home.remove());

/** Writes every module that is loaded into a file, until the address is said. */
const RECORDER = `
import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
const write = process.stdout.write;
let starting = true;
process.stdout.write = function (text, ...rest) {
  if (String(text).startsWith('listening')) starting = false;
  return write.call(this, text, ...rest);
};
registerHooks({
  load(url, context, next) {
    if (starting) appendFileSync(process.env.LOADED, url + '\\n');
    return next(url, context);
  },
});
`;

/** What a start can do without; each is loaded when something needs it. */
const NOT_AT_START = [
  'node:http2',
  'node_modules/pino/',
  'node_modules/hono/',
  'node_modules/kysely/',
  'node_modules/prom-client/',
  'node_modules/@pydantic/genai-prices/',
  'node_modules/@opentelemetry/',
  'src/contract/endpoints.',
  'src/formats/index.',
  'src/gateway/exchange.',
  'src/gateway/translate/translation.',
  'src/server/admin/admin-handlers.',
  'src/telemetry/tracing/exchange-tracer.',
  'src/transport/pooled-transport.',
];

test('a gateway says that it listens before it loads what only requests need', async () => {
  const recorder = join(home.path, 'recorder.mjs');
  const loaded = join(home.path, 'loaded');
  writeFileSync(recorder, RECORDER);
  const NODE_OPTIONS = `--import "${pathToFileURL(recorder).href}"`;
  const running = home.start(['start', '--port', '0'], { NODE_OPTIONS, LOADED: loaded });
  await running.said(/listening \S+\n/);
  running.child.kill('SIGTERM');
  await running.finished;
  const modules = readFileSync(loaded, 'utf8').split('\n');
  assert.ok(
    modules.some((url) => url.endsWith('/src/compose.ts')),
    'the recorder records',
  );
  const early = modules.filter((url) => NOT_AT_START.some((part) => url.includes(part)));
  assert.deepEqual(early, []);
});
