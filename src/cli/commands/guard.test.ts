import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHome, type Finished, type Home } from '../cli-harness.test-data.ts';

let home: Home;
let port = '';

const CONFIGURATION = `
server: { listen: "127.0.0.1:0" }
providers:
  near: { base_url: "http://127.0.0.1:9", auth: none }
  far: { base_url: "http://127.0.0.1:9", auth: none, limits: { concurrent: 1 } }
  keyed: { base_url: "http://127.0.0.1:9", auth: none, limits: { per_key: 2 } }
tiers:
  haiku: [near/small, far/small]
  sonnet: far/middle
tasks:
  image: far/eyes
`;

before(async () => {
  home = await createHome();
  const config = join(home.path, 'guard.yaml');
  writeFileSync(config, CONFIGURATION);
  const running = home.start(['start', '--config', config]);
  port = (await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
});

after(async () => {
  await home.run(['stop', '--port', port]);
  await home.remove();
});

const run = (...words: string[]): Promise<Finished> => home.run([...words, '--port', port]);

test('explain tells where a model goes and why', async () => {
  const { code, stdout } = await run('explain', '--model', 'claude-haiku-4-5');
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^near\/small, then far\/small\n {2}rule {5}tier \(tiers\.haiku\)\n {2}because {2}model claude-haiku-4-5 names tier haiku/,
  );
});

test('explain reads a body, a whole request, and what is neither', async () => {
  const file = join(home.path, 'request.json');
  const body = { model: 'claude-opus-4-8', messages: [{ role: 'user', content: [{ type: 'image' }] }] };
  writeFileSync(file, JSON.stringify(body));
  assert.match((await run('explain', file)).stdout, /^far\/eyes\n {2}rule {5}task \(tasks\.image\)/);
  writeFileSync(file, JSON.stringify({ path: '/v1/files', headers: {}, body: {} }));
  assert.match((await run('explain', file)).stdout, /rule {5}passthrough/);
  writeFileSync(file, '{"model":');
  const broken = JSON.parse((await run('explain', file, '--json')).stdout) as { answered_here: string };
  assert.equal(broken.answered_here, 'malformed_body');
});

test('explain tells the format of a body by its shape', async () => {
  const file = join(home.path, 'shaped.json');
  const message = { role: 'user', content: 'hi' };
  for (const [body, image] of [
    [{ model: 'claude-opus-4-8', messages: [{ role: 'system', content: 'x' }, message] }, false],
    [
      {
        model: 'claude-opus-4-8',
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }],
      },
      true,
    ],
    [
      { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA==' } }] }] },
      true,
    ],
    [{ model: 'claude-opus-4-8', input: 'hi' }, false],
  ] as const) {
    writeFileSync(file, JSON.stringify(body));
    const { code, stdout } = await run('explain', file, '--model', 'claude-opus-4-8');
    assert.equal(code, 0);
    assert.match(stdout, image ? /^far\/eyes/ : /rule {5}tier \(tiers\.opus\)/, JSON.stringify(body));
  }
});

test('a file that is not there, and what is no header or no number, are mistakes of usage', async () => {
  for (const [words, message] of [
    [['explain', '/no/such.json'], /\/no\/such\.json cannot be read[\s\S]*no such file/],
    [['explain', '--model', 'x', '--header', 'bad'], /name: value/],
    [['breakers', 'import', '/no/such.json'], /no such file/],
    [['breakers', 'open', 'near/small', '--seconds', 'soon'], /number of seconds/],
  ] as const) {
    const { code, stderr } = await run(...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(stderr, message);
  }
  const { code, stderr } = await run('breakers', 'reset', 'nobody');
  assert.notEqual(code, 0);
  assert.match(stderr, /There is no provider nobody/);
});

test('the routes of a file say so where the gateway serves another', async () => {
  const { stderr } = await home.run(['routes', 'list']);
  assert.match(stderr, /but http:\S+ runs with \S+guard\.yaml: switchyard routes list --config/);
});

test('every route is listed: tiers, tasks, subagents, mappings in their order, and where tiers go meanwhile', async () => {
  const config = join(home.path, 'routes.yaml');
  writeFileSync(
    config,
    `providers: { zai: }
tiers: { opus: { use: [zai/glm-5, anthropic], pick: sticky } }
subagents: { default: zai }
mappings: [{ match: "gpt-*", use: zai/g }, { match: coder, use: zai/c, priority: 4 }]
quota: { offload: { sonnet: zai/s } }
`,
  );
  const { stdout } = await home.run(['routes', 'list', '--config', config]);
  const listed = stdout.split('\n').map((line) => line.replace(/ {2,}#.*$/, '').replaceAll(/ +/g, ' '));
  for (const line of [
    'opus zai/glm-5, anthropic (sticky)',
    'image -',
    'subagents.default zai',
    'quota.offload.sonnet zai/s',
  ])
    assert.ok(listed.includes(line), `${line} in\n${stdout}`);
  assert.equal(listed.indexOf('mappings[0] gpt-* → zai/g'), listed.indexOf('mappings[1] coder → zai/c') + 1);
});

test('explain with nothing to explain is a mistake of usage', async () => {
  const { code, stderr } = await run('explain');
  assert.equal(code, 2);
  assert.match(stderr, /nothing to explain[\s\S]*next: switchyard explain --model/);
});

test('breakers are opened, shown, skipped and reset', async () => {
  assert.match(
    (await run('breakers')).stdout,
    /^no target is left alone\nlimit {5}far: 0 of 1 at once, 0 waiting\nlimit {5}keyed: 0 at once \(none 0 of 2\), 0 waiting/,
  );
  assert.equal((await run('breakers', 'open', 'near/small', '--seconds', '60')).code, 0);
  assert.match((await run('breakers')).stdout, /^open {6}near\/small, next try in \d/);
  assert.match((await run('status')).stdout, /guard {4}1 target is left alone/);
  const explained = await run('explain', '--model', 'haiku');
  assert.match(
    explained.stdout,
    /^far\/small\n[\s\S]*skipped {2}near\/small: its breaker is open, for \d+ s more/,
  );
  assert.match((await run('breakers', 'reset', 'near')).stderr, /reset 1/);
  assert.match((await run('breakers')).stdout, /^no target/);
});

test('a predecessor’s breakers are taken over, and a file that is none is told', async () => {
  const file = join(home.path, 'circuit_breaker_state.json');
  writeFileSync(
    file,
    JSON.stringify({ small: { state: 'open', failure_count: 3, last_failure_time: Date.now() / 1000 } }),
  );
  assert.match((await run('breakers', 'import', file)).stderr, /left alone: 2/);
  assert.match((await run('breakers', 'reset')).stderr, /reset 2/);
  assert.match((await home.run(['import', file])).stderr, /next: switchyard breakers import/);
  writeFileSync(file, '[1]');
  assert.equal((await run('breakers', 'import', file)).code, 2);
  writeFileSync(file, '{"model_list":[],"a\u001b[2J":1,"b":{"litellm_params":1}}');
  const hostile = await home.run(['import', file, '--dry-run']);
  assert.deepEqual([hostile.code, hostile.stderr.includes('\u001b')], [0, false]);
});

test('a provider is paused and resumed, and one that is not there is told', async () => {
  assert.match((await run('pause', 'near')).stderr, /paused: near/);
  assert.match((await run('explain', '--model', 'haiku')).stdout, /^far\/small/);
  assert.match((await run('status')).stdout, /paused {3}near/);
  assert.match((await run('resume', 'near')).stderr, /no provider is paused/);
  const { code, stderr } = await run('pause', 'nobody');
  assert.notEqual(code, 0);
  assert.match(stderr, /There is no provider nobody/);
});
