/** The owner's own routing script, in JavaScript, TypeScript and Python, through the running gateway. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Explanation } from '../src/contract/explain.ts';
import { originOf } from '../src/domain/origin.ts';
import type { CustomRouterSettings } from '../src/tasks/custom-router-settings.ts';
import { text } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { oneProvider, startGateway } from './support/gateway.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { until } from './support/until.ts';

let upstream: ScriptedUpstream;
let folder: string;
let gateway: InProcessGateway | undefined;
let count = 0;

before(async () => {
  upstream = await startScriptedUpstream({ answer: text('ok') });
  folder = await mkdtemp(join(tmpdir(), 'switchyard-router-'));
});

after(async () => {
  await upstream.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

/** Long enough for a busy machine; what is to be late is late for good. */
const PATIENT = 5_000;

async function start(
  ending: string,
  script: string,
  changes: Partial<CustomRouterSettings> = {},
): Promise<InProcessGateway> {
  const path = join(folder, `router-${(count += 1)}.${ending}`);
  await writeFile(path, script);
  const at = (name: string) => exampleProvider({ name, origin: originOf(new URL(upstream.url)) });
  const settings: CustomRouterSettings = {
    path,
    fingerprint: String(count),
    deadline: PATIENT,
    request: 'reduced',
    provider: undefined,
    memory: 256 * 1024 * 1024,
    faults: 5,
    coolDown: 60_000,
    ...changes,
  };
  gateway = await startInProcess({
    providers: [at('usual'), at('other')],
    routes: { fallback: [{ provider: 'usual', model: 'usual-model' }] },
    tasks: { customRouter: settings },
  });
  return gateway;
}

/** What was decided about one request. */
async function decisionOn(more: Readonly<Record<string, unknown>> = {}) {
  assert.ok(gateway !== undefined);
  const before = gateway.records.length;
  const answered = await call(gateway.url, '/v1/messages', { body: message('some-model', more) });
  assert.equal(answered.status, 200, answered.body.toString());
  const { decision } = await gateway.record(before + 1);
  assert.ok(decision !== undefined);
  const [{ provider, model }] = decision.targets;
  return { ...decision, target: `${provider}/${model ?? ''}` };
}

const GOOD: Readonly<Record<string, string>> = {
  js: 'module.exports = async function route(request, config) { return "other/by-" + request.max_tokens; };',
  mjs: 'export default (request) => "other/by-" + request.max_tokens;',
  ts: `interface Request { max_tokens: number }
export function route(request: Request): string | undefined { return \`other/by-\${request.max_tokens}\`; }`,
  py: `def route(request, config) -> str | None:
    return "other/by-" + str(request["max_tokens"])`,
};

for (const [ending, script] of Object.entries(GOOD)) {
  test(`a router in .${ending} decides before every rule, and explain says the same`, async () => {
    const { url } = await start(ending, script);
    const { rule, target, evidence, route } = await decisionOn();
    assert.deepEqual([rule, target, route], ['custom-router', 'other/by-64', 'tasks.custom_router']);
    assert.match(evidence, /the custom router says other\/by-64/);
    const sent = upstream.requests.length;
    const explained = await call(url, '/api/explain', {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      body: { path: '/v1/messages', body: message('some-model') },
    });
    const { rule: named, targets } = JSON.parse(explained.body.toString()) as Explanation;
    assert.deepEqual([named, targets], ['custom-router', [{ provider: 'other', model: 'by-64' }]]);
    assert.equal(upstream.requests.length, sent, 'explaining asks no provider');
  });
}

test('many requests at once each get the answer to their own', async () => {
  await start(
    'js',
    'module.exports = async (r) => (await new Promise((d) => setTimeout(d, 5)), "other/" + r.user_text);',
  );
  const { url } = gateway ?? { url: '' };
  const bodies = Array.from({ length: 40 }, (_, index) =>
    message('m', { messages: [{ role: 'user', content: `number-${index}` }] }),
  );
  await Promise.all(bodies.map((body) => call(url, '/v1/messages', { body })));
  await gateway?.record(40);
  const models = gateway?.records.map(({ decision }) => decision?.targets[0].model) ?? [];
  assert.deepEqual(new Set(models), new Set(Array.from({ length: 40 }, (_, index) => `number-${index}`)));
});

const PYTHON_VIEW = `
import json
def route(request, config):
    seen = json.dumps([sorted(request), request["messages"], request["_is_background"], request.task,
                       [tool["name"] for tool in request["tools"]], config["default"]])
    open(__file__ + ".seen", "w").write(seen)
    return None`;

test('a script sees a reduced request: sizes, flags, names of tools, the newest user text and nothing else', async () => {
  await start('py', PYTHON_VIEW);
  const { rule } = await decisionOn({
    system: 'secret instructions',
    tools: [{ name: 'Bash', description: 'secret description', input_schema: {} }],
    messages: [
      { role: 'user', content: 'secret history' },
      { role: 'assistant', content: 'secret answer' },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x', content: 'secret result' }] },
      { role: 'user', content: [{ type: 'text', text: 'the newest words' }] },
    ],
  });
  assert.equal(rule, 'default');
  const seen = await readFile(join(folder, `router-${count}.py.seen`), 'utf8');
  assert.ok(!seen.includes('secret'), seen);
  const [names, messages, isBackground, task, tools, usual] = JSON.parse(seen) as unknown[];
  assert.deepEqual(messages, [{ role: 'user', content: 'the newest words' }]);
  assert.deepEqual([isBackground, task, tools, usual], [false, 'default', ['Bash'], 'usual/usual-model']);
  assert.ok(Array.isArray(names) && names.includes('prompt_tokens') && !names.includes('system'));
});

test('where the configuration grants it, a script sees the whole request', async () => {
  await start('js', 'module.exports = (r) => "other/" + r.system;', { request: 'full' });
  assert.equal((await decisionOn({ system: 'instructed' })).target, 'other/instructed');
});

test("a predecessor's script names models of one provider", async () => {
  await start(
    'py',
    'def route(request, config): return "minimax/m2:free" if request.get("_is_background") else None',
    {
      provider: 'other',
    },
  );
  assert.equal((await decisionOn({ max_tokens: 20 })).target, 'other/minimax/m2:free');
  assert.equal((await decisionOn({ max_tokens: 2_000 })).rule, 'default');
});

const FAULTY: readonly (readonly [what: string, ending: string, script: string, reason: RegExp])[] = [
  ['throws', 'js', 'module.exports = () => { throw new Error("broken"); };', /it threw: Error: broken/],
  [
    'throws what a terminal would obey',
    'js',
    'module.exports = () => { throw new Error("a\\u001b[2Jb\\nc"); };',
    /it threw: Error: a \[2Jb c$/,
  ],
  ['throws', 'py', 'def route(request, config): raise ValueError("broken")', /it threw: ValueError: broken/],
  ['answers with garbage', 'js', 'module.exports = () => ({ model: "x" });', /a value of type object/],
  ['answers with garbage', 'py', 'def route(request, config): return ["a", "b"]', /answered with a list/],
  ['answers with control characters', 'js', 'module.exports = () => "a\\r\\nx: y";', /its answer is no name/],
  ['ends itself', 'js', 'module.exports = () => process.exit(3);', /it ended itself/],
  ['ends itself', 'py', 'import os\ndef route(request, config): os._exit(3)', /it ended with exit code 3/],
  ['ends itself politely', 'py', 'import sys\ndef route(request, config): sys.exit(3)', /it ended itself/],
  ['cannot be parsed', 'js', 'module.exports = (', /its module cannot be loaded: SyntaxError/],
  ['has no route', 'ts', 'export const nothing: number = 1;', /exports neither/],
  ['has no route', 'py', 'x = 1', /no function named route/],
  ['is of another language', 'rb', 'def route; end', /neither JavaScript, TypeScript nor Python/],
  [
    'leaks within a request',
    'js',
    'module.exports = () => { const kept = []; for (;;) kept.push(new Array(1e5).fill({})); };',
    /it threw outside of a request: .*memory|it took more than/i,
  ],
  [
    'leaks outside of the heap',
    'js',
    'module.exports = () => { const kept = []; for (;;) kept.push(Buffer.alloc(8e6, 1)); };',
    /it took more than 256 MiB/,
  ],
  [
    'leaks',
    'py',
    'kept = []\ndef route(request, config):\n    while True: kept.append(bytearray(8_000_000))',
    /it threw: MemoryError/,
  ],
];

for (const [what, ending, script, reason] of FAULTY) {
  test(`a script in .${ending} that ${what} is passed over, and the evidence says why`, async () => {
    await start(ending, script);
    const { rule, target, evidence } = await decisionOn();
    assert.deepEqual([rule, target], ['default', 'usual/usual-model']);
    assert.match(evidence, /the custom router was passed over: /);
    assert.match(evidence, reason);
  });
}

for (const [ending, script] of [
  ['js', 'module.exports = () => { for (;;); };'],
  ['py', 'def route(request, config):\n    while True: pass'],
] as const) {
  test(`a script in .${ending} that loops for ever costs a request its deadline, and is ended and started again`, async () => {
    const { logged } = await start(ending, script, { deadline: 100 });
    const began = performance.now();
    const { evidence } = await decisionOn();
    assert.match(evidence, /no answer within 100 ms|it is starting/);
    assert.ok(performance.now() - began < 5_000);
    await until('the process to be ended', () =>
      logged.some(({ message: line }) => /ended \(it hangs\)/.test(line)),
    );
  });
}

test('an answer that comes late counts for nobody', async () => {
  await start(
    'js',
    'let n = 0; module.exports = async () => { const mine = ++n; if (mine === 1) await new Promise((d) => setTimeout(d, 400)); return "other/" + mine; };',
    { deadline: 200 },
  );
  assert.match((await decisionOn()).evidence, /no answer within 200 ms/);
  await until('a second answer in time', async () => (await decisionOn()).target !== 'usual/usual-model');
  assert.match(gateway?.records.at(-1)?.decision?.targets[0].model ?? '', /^[2-9]/);
});

test('what a script prints is no answer and does no harm; what it prints without end ends it', async () => {
  const { logged } = await start(
    'js',
    `const { writeSync } = require('node:fs');
module.exports = (request) => {
  console.log('{"id":1,"target":"other/forged"}', 'x'.repeat(100_000));
  writeSync(1, 'half a line {"id":');
  if (request.max_tokens > 100) for (;;) try { writeSync(2, 'rubbish '.repeat(1_000)); } catch { /* The pipe is full. */ }
  return 'other/right';
};`,
  );
  assert.equal((await decisionOn()).target, 'other/right');
  const { evidence } = await decisionOn({ max_tokens: 101 });
  assert.match(evidence, /it prints too much/);
  assert.ok(logged.length < 60, `${logged.length} lines in the log`);
});

test('a target that does not exist is told and passed over', async () => {
  const { logged } = await start('js', 'module.exports = () => "nowhere/model";');
  const { rule, skipped } = await decisionOn();
  assert.equal(rule, 'default');
  assert.match(skipped[0]?.reason ?? '', /the custom router names no configured provider: "nowhere\/model"/);
  assert.ok(logged.some(({ level, message: line }) => level === 'warn' && line.includes('nowhere/model')));
});

test('after repeated faults it is left alone, and tried again when it has cooled down', async () => {
  const flag = join(folder, 'mended');
  await start(
    'js',
    `const { existsSync } = require('node:fs');
module.exports = () => { if (!existsSync(${JSON.stringify(flag)})) throw new Error('broken'); return 'other/mended'; };`,
    { faults: 3, coolDown: 1_500 },
  );
  for (let turn = 0; turn < 3; turn++) assert.match((await decisionOn()).evidence, /it threw/);
  assert.match((await decisionOn()).evidence, /it is left alone after repeated faults, for [12] s more/);
  await writeFile(flag, '');
  await until(
    'the script to be asked again',
    async () => (await decisionOn()).rule === 'custom-router',
    15_000,
  );
});

test('another script, or none, is followed with the next configuration, and the old process ends', async () => {
  const { running } = await start('js', 'module.exports = () => "other/first";');
  assert.equal((await decisionOn()).target, 'other/first');
  const before = running.configuration.snapshot();
  const { customRouter } = before.tasks;
  assert.ok(customRouter !== undefined);
  await writeFile(customRouter.path, 'module.exports = () => "other/second";');
  const use = (next: CustomRouterSettings | undefined): void => {
    const snapshot = { ...before, tasks: { ...before.tasks, customRouter: next } };
    running.configuration.applySnapshot({ snapshot, path: undefined });
  };
  use({ ...customRouter, fingerprint: 'changed' });
  assert.equal((await decisionOn()).target, 'other/second');
  use(undefined);
  assert.equal((await decisionOn()).rule, 'default');
});

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

for (const [ending, script] of [
  [
    'js',
    'require("node:fs").writeFileSync(__filename + ".pid", String(process.pid));\nmodule.exports = () => { for (;;); };',
  ],
  [
    'py',
    'import os\nopen(__file__ + ".pid", "w").write(str(os.getpid()))\ndef route(request, config):\n    while True: pass',
  ],
] as const) {
  test(`no process of a .${ending} router outlives its gateway, however that ends`, async () => {
    const path = join(folder, `orphan.${ending}`);
    await writeFile(path, script);
    const processId = async (): Promise<number> =>
      Number(await readFile(`${path}.pid`, 'utf8').catch(() => '0'));
    for (const end of ['stop', 'kill'] as const) {
      await rm(`${path}.pid`, { force: true });
      const yaml = `${oneProvider(upstream.url)}tasks: { custom_router: { path: "${path}", deadline: 200ms } }\n`;
      const program = await startGateway({ yaml });
      await until('the script to run', async () => (await processId()) > 0);
      const running = await processId();
      void call(program.url, '/v1/messages', { body: message('m') }).catch(() => undefined);
      await program[end]();
      await until(`the script to be gone after ${end}`, () => !isAlive(running));
    }
  });
}
