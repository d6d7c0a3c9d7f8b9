import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { call, message } from '../../../test/support/call.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../../../test/support/scripted-upstream.ts';
import { until } from '../../../test/support/until.ts';
import { createHome, type Finished, type Home } from '../cli-harness.test-data.ts';

let upstream: ScriptedUpstream;
let home: Home;
let port = '';

before(async () => {
  upstream = await startScriptedUpstream();
  home = await createHome();
  const config = join(home.path, 'capture.yaml');
  const providers = `providers: { near: { base_url: "${upstream.url}", format: anthropic-messages, auth: none } }`;
  const tiers = 'tiers: { haiku: near, sonnet: near, opus: near }';
  writeFileSync(config, `${providers}\n${tiers}\n`);
  const running = home.start(['start', '--config', config, '--port', '0']);
  port = (await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
});

after(async () => {
  await home.run(['stop', '--port', port]);
  await home.remove();
  await upstream.close();
});

const run = (...words: string[]): Promise<Finished> => home.run([...words, '--port', port]);

async function ask(): Promise<string> {
  const body = message('claude-haiku-4-5', { system: 'a word to be kept' });
  const { headers } = await call(`http://127.0.0.1:${port}`, '/v1/messages', { body });
  return String(headers['x-switchyard-exchange']);
}

test('capture is switched on for a time, shows what passed, and is switched off', async () => {
  assert.match((await run('capture')).stdout, /^capture is off/);
  const before_ = await ask();
  const on = await run('capture', 'all', '--for', '30m');
  assert.match(on.stdout, /^capture all: bodies of all requests are kept until \d{4}-.*Z, for 7 days/);
  const id = await ask();
  const shown = await until('the bodies', async () => {
    const finished = await run('req', id, '--bodies');
    return finished.code === 0 ? finished.stdout : undefined;
  });
  assert.match(shown, /^request of the client: POST \/v1\/messages\n/);
  assert.match(shown, /bytes, exact\n\{.*a word to be kept.*\}\n/);
  assert.match(shown, /request to near, try 1: .*\n[^]*the same body as the request of the client\n/);
  assert.match(shown, /answer to the client: 200\n/);
  const json = JSON.parse((await run('req', id, '--bodies', '--json')).stdout) as { id: string };
  assert.equal(json.id, id);
  assert.match((await run('capture', 'off')).stdout, /^capture is off; 1 exchanges captured/);
  const absent = await run('req', before_, '--bodies');
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /no bodies of the request .* are kept[^]*switchyard capture all --for 30m/);
});

test('a mode or a time that is none is a mistake of usage', async () => {
  assert.deepEqual(
    [(await run('capture', 'some')).code, (await run('capture', 'all', '--for', 'ever')).code],
    [2, 2],
  );
});
