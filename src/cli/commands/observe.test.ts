import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startWebhookSink, type WebhookSink } from '../../../test/support/notice-sinks.ts';
import { until } from '../../../test/support/until.ts';
import { createHome, type Finished, type Home } from '../cli-harness.test-data.ts';

let home: Home;
let port = '';
let hook: WebhookSink;

const CONFIGURATION = `
server: { listen: "127.0.0.1:0" }
providers:
  near: { base_url: "http://127.0.0.1:9", auth: none }
default: near
alerts:
  every: 1s
  rules:
    - { name: silence, when: no_traffic, window: 1s }
  channels:
    team: { type: slack, url: env:TEAM_URL }
`;

before(async () => {
  home = await createHome();
  hook = await startWebhookSink();
  const config = join(home.path, 'observe.yaml');
  writeFileSync(config, CONFIGURATION);
  const running = home.start(['start', '--config', config], { TEAM_URL: `${hook.url}/hidden` });
  port = (await running.said(/listening http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
});

after(async () => {
  await home.run(['stop', '--port', port]);
  await home.remove();
  await hook.close();
});

const run = (...words: string[]): Promise<Finished> => home.run([...words, '--port', port]);

test('alerts lists what is wrong, what is watched and who is told; ack and resolve take the beginning of an id', async () => {
  const listed = await until('the alert', async () => {
    const { stdout } = await run('alerts');
    return / open /.test(stdout) && stdout;
  });
  const [, id = ''] =
    /^(\w+) {2}open {9}normal {3}silence {2}[\d.]+ m?s ago\n {2}no request in the last 1 s/.exec(listed) ??
    [];
  assert.notEqual(id, '', listed);
  assert.match(listed, /^rule {5}silence: firing; no request/m);
  assert.match(listed, /^told {5}team \(slack\)$/m);
  assert.match((await run('alerts', 'ack', id.slice(0, 20))).stderr, /acknowledged: silence/);
  const { alerts } = JSON.parse((await run('alerts', 'list', '--json')).stdout);
  assert.equal(alerts[0].state, 'acknowledged');
  assert.match((await run('alerts', 'resolve', id)).stderr, /resolved: silence/);
  const unknown = await run('alerts', 'ack', 'zzz');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /there is no alert zzz/);
});

test('alerts test tells a channel, and fails where it cannot', async () => {
  const good = await run('alerts', 'test', 'team');
  assert.equal(good.code, 0);
  assert.match(good.stdout, /^team {2}told$/m);
  assert.match(String(hook.told.at(-1)?.body['text']), /\[test\] test: this is a test/);
  hook.statuses.push(500);
  const bad = await run('alerts', 'test');
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /team {2}the address answered with status 500/);
  assert.ok(!`${bad.stdout}${bad.stderr}`.includes('hidden'));
});

test('tracing is shown and switched, and status says that it is not for good', async () => {
  assert.match((await run('tracing')).stdout, /^tracing is off$/m);
  const on = await run('tracing', 'on');
  assert.match(on.stdout, /^tracing is on \(switched; a restart goes back to the configuration\): /);
  assert.match(on.stdout, /to {7}http:\/\/localhost:4318\/v1\/traces \(http\/protobuf\) as switchyard/);
  assert.match((await run('status')).stdout, /tracing {2,}on, switched until the next start/);
  assert.equal(JSON.parse((await run('tracing', '--json')).stdout).switched, true);
  assert.match((await run('tracing', 'off')).stdout, /^tracing is off \(switched/);
  const wrong = await run('tracing', 'maybe');
  assert.equal(wrong.code, 2);
});
