/** A comparison as a user runs it: the real gateway, twenty requests of three kinds, and the report. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { paced, text, toolCall } from '../../../test/support/answers.ts';
import { call, message } from '../../../test/support/call.ts';
import { testAuthority } from '../../../test/support/certificates.ts';
import { jsonOf, type RecordedRequest } from '../../../test/support/recorded-request.ts';
import type { Answer } from '../../../test/support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../../../test/support/scripted-upstream.ts';
import { until } from '../../../test/support/until.ts';
import type { PairBody, PairStatsBody } from '../../contract/pairs.ts';
import { createHome, type Finished, type Home } from '../cli-harness.test-data.ts';

let home: Home;
let anthropic: ScriptedUpstream;
let other: ScriptedUpstream;
let port = '';

const ROUNDS = 20;

const configuration = (): string => `
server: { listen: "127.0.0.1:0" }
providers:
  anthropic: { connect_to: "127.0.0.1:${anthropic.port}", ca_file: authority.pem, http: "1.1" }
  other:
    base_url: "${other.url}/v1"
    format: openai-chat
    http: "1.1"
    auth: { secret: "env:OTHER_KEY" }
tiers: { haiku: other/small, sonnet: other/middle, opus: other/big }
tasks: { background: other/tiny, think: other/deep }
prices:
  anthropic: { input: 3, output: 15 }
  other: { input: 0.3, output: 1.5 }
mode: compare
`;

/** The number that a request of this test was given. */
const roundOf = (request: RecordedRequest): number =>
  Number(/round (\d+)/.exec(request.body.toString())?.[1]);

/** Both read the same file but for every fifth round; in titles they say much the same. */
const saying =
  (path: (round: number) => string, title: string): Answer =>
  (request) => {
    const round = roundOf(request);
    if (!('tools' in jsonOf(request))) return text(title)(request);
    return toolCall('Read', { file_path: path(round), limit: 100 })(request);
  };

before(async () => {
  const tls = testAuthority().issue(['api.anthropic.com']);
  [anthropic, other] = await Promise.all([startScriptedUpstream({ tls }), startScriptedUpstream()]);
  anthropic.script({
    answer: paced(
      saying((round) => `/src/${round}.ts`, 'Mend the parser of numbers'),
      2,
    ),
  });
  other.script({
    when: (request) => roundOf(request) === 19,
    answer: toolCall('Bash', { command: 'rm -rf build' }),
  });
  other.script({
    answer: saying(
      (round) => (round % 5 === 0 ? '/elsewhere.ts' : `/src/${round}.ts`),
      'Mend the parser of numbers!',
    ),
  });
  home = await createHome();
  writeFileSync(join(home.path, 'authority.pem'), testAuthority().certificate);
  const file = join(home.path, 'compare.yaml');
  writeFileSync(file, configuration());
  const running = home.start(['start', '--config', file], { OTHER_KEY: 'own-key' });
  port = (await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
});

after(async () => {
  await home.run(['stop', '--port', port]);
  await home.remove();
  await Promise.all([anthropic.close(), other.close()]);
});

const run = (...words: string[]): Promise<Finished> => home.run([...words, '--port', port]);

const tools = ['Read', 'Bash'].map((name) => ({ name, description: '', input_schema: { type: 'object' } }));

function requestOf(round: number): object {
  const messages = [{ role: 'user', content: `round ${round}: look at the parser` }];
  const more = { messages, stream: true };
  if (round % 4 === 0) return message('claude-haiku-4-5', { ...more, max_tokens: 32 });
  const thinking = { type: 'enabled', budget_tokens: 20_000 };
  if (round % 4 === 1) return message('claude-opus-4-8', { ...more, tools, thinking, max_tokens: 30_000 });
  return message('claude-opus-4-8', { ...more, tools });
}

test('twenty requests are compared, and the report tells agreement, cost and time by task', async () => {
  const url = `http://127.0.0.1:${port}`;
  for (let round = 1; round <= ROUNDS; round++) {
    const answered = await call(url, '/v1/messages', {
      headers: { authorization: 'Bearer sk-ant-oat01-of-the-caller' },
      body: requestOf(round),
    });
    assert.equal(answered.status, 200, answered.body.toString());
    assert.match(answered.body.toString(), /message_stop/);
  }
  const listed = await until(
    'all pairs',
    async () => {
      const { pairs } = JSON.parse((await run('compare', 'list', '-n', '50', '--json')).stdout) as {
        pairs: PairBody[];
      };
      return pairs.length === ROUNDS && pairs;
    },
    20_000,
  );
  const { groups } = JSON.parse((await run('compare', 'stats', '--json')).stdout) as PairStatsBody;
  assert.deepEqual(
    groups.map(({ key, pairs, agree, partly, differ }) => [key, pairs, agree, partly, differ]),
    [
      [null, 10, 7, 2, 1],
      ['background', 5, 5, 0, 0],
      ['think', 5, 4, 1, 0],
    ],
  );
  for (const { a, b, priced, pairs } of groups) {
    assert.equal(priced, pairs);
    assert.ok(b.list_cost_usd > 0 && b.list_cost_usd < a.list_cost_usd / 2);
    assert.ok((b.mean_total_ms ?? Infinity) < (a.mean_total_ms ?? 0), 'A is paced, B is not');
    assert.equal(a.cost_usd, 0, 'a subscription pays for A');
  }
  assert.ok(other.requests.every(({ rawHeaders }) => !rawHeaders.join().includes('oat01')));
  assert.equal(listed.filter(({ b }) => b.model === 'tiny').length, 5);
});

test('the report, a pair and a judgement read well in a terminal', async () => {
  const stats = (await run('compare', 'stats')).stdout.split('\n');
  assert.match(
    stats[0] ?? '',
    /^task +pairs +agree +partly +differ +B failed +text +A costs +B costs +B - A/,
  );
  assert.match(stats[1] ?? '', /^— +10 +70 % +20 % +10 % +0 /);
  assert.match(stats[2] ?? '', /^background +5 +100 % .* -8\d %/);
  const list = (await run('compare', 'list', '--agreement', 'differ')).stdout;
  const id = list.trim().split(/\s+/).at(-1) ?? '';
  assert.match(list, /anthropic\/claude-opus-4-8 +other\/big +differ/);
  const shown = (await run('compare', 'show', id)).stdout;
  assert.match(shown, /call {5}Read {2}only in A/);
  assert.match(shown, /call {5}Bash {2}only in B/);
  assert.match(shown, /── B stopped: tool-call\n {2}→ Bash \{"command":"rm -rf build"\}/);
  assert.equal((await run('compare', 'judge', id, 'a')).code, 0);
  assert.match((await run('compare', 'stats')).stdout.split('\n')[1] ?? '', /1\/0\/0$/);
  assert.doesNotMatch((await run('compare', 'list', '--unjudged')).stdout, new RegExp(id));
});

test('what is asked for and not there is told with a way on', async () => {
  const { code, stderr } = await run('compare', 'show', 'nothing');
  assert.equal(code, 1);
  assert.match(stderr, /no pair of answers is kept for nothing[\s\S]*switchyard compare list/);
  assert.equal((await run('compare', 'judge', 'x', 'c')).code, 2);
});

test('the mode is shown, switched and told apart from the configured one', async () => {
  assert.equal((await run('mode')).stdout, 'compare\n');
  const switched = await run('mode', 'target');
  assert.deepEqual([switched.stdout, switched.code], ['target\n', 0]);
  assert.match(switched.stderr, /configured: compare, from the next start on/);
  assert.match((await run('status')).stdout, /mode {5}target \(switched by hand; configured: compare/);
  const refused = await run('mode', 'anthropic-only');
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /anthropic-only was not allowed at launch: start the gateway with --allow-anthropic-only/,
  );
  const { stdout } = await run('explain', '--model', 'claude-haiku-4-5');
  assert.match(stdout, /^other\/tiny\n/);
  await run('mode', 'compare');
  const compared = (await run('explain', '--model', 'claude-opus-4-8')).stdout;
  assert.match(compared, /^anthropic \(name kept\)\n[\s\S]*mode {5}compare\n[\s\S]*copy {5}to other\/big\n/);
});

test('a gateway does not start in a mode that its flags do not allow', async () => {
  const file = join(home.path, 'only.yaml');
  writeFileSync(file, 'server: { listen: "127.0.0.1:0" }\nmode: anthropic-only\n');
  const { code, stderr } = await home.run(['start', '--config', file]);
  assert.equal(code, 2);
  assert.match(stderr, /mode asks for anthropic-only, which was not allowed at launch/);
  const environment = { SWITCHYARD_STATE_DIR: join(home.path, 'second') };
  const running = home.start(['start', '--config', file, '--allow-anthropic-only'], environment);
  const [, allowed = ''] = await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/);
  assert.equal((await home.run(['mode', '--port', allowed], environment)).stdout, 'anthropic-only\n');
  await home.run(['stop', '--port', allowed], environment);
});
