import assert from 'node:assert/strict';
import { isAbsolute } from 'node:path';
import { test } from 'node:test';
import type { Status } from '../../contract/status.ts';
import { ANTHROPIC_ORIGIN, originOf } from '../../domain/origin.ts';
import { createPaint } from '../../telemetry/paint.ts';
import { restartWords } from '../commands/restart.ts';
import { exampleStatus } from '../example-status.test-data.ts';
import { isThatGateway } from '../process-identity.ts';
import { compareConfigurations } from './compare-configuration.ts';
import { listeningInodes } from '../../chain/process/port-owner.ts';
import { reachableUrl } from '../../server/edge/reachable-url.ts';
import { formatLanes, formatStartBlock } from './start-block.ts';
import { toWords, withAbsolutePaths } from './start-flags.ts';
import { takenAddress } from './taken-address.ts';

const { configuration } = exampleStatus;
const providers = [
  { name: 'zai', origin: originOf(new URL('https://api.z.ai')), basePath: '/api/anthropic' },
  { name: 'anthropic', origin: ANTHROPIC_ORIGIN, basePath: '' },
];

test('the start-up block names address, file, tiers, lanes, license and the next step', () => {
  const status: Status = { ...exampleStatus, configuration: { ...configuration, warnings: ['mind this'] } };
  const paint = createPaint({ color: false });
  const lines = formatStartBlock({
    status,
    url: 'http://127.0.0.1:8082',
    providers,
    paint,
    command: 'switchyard',
  });
  assert.equal(lines[0], 'switchyard 0.1.0  http://127.0.0.1:8082');
  assert.match(lines[1] ?? '', /config {3}\/home\/me\/\.config\/switchyard\/switchyard\.yaml/);
  assert.ok(lines.includes('lanes: anth=https://api.anthropic.com zai=https://api.z.ai/api/anthropic'));
  assert.ok(lines.includes('[license] plan=trial features=[zai_offload]'));
  assert.ok(lines.includes('warning  mind this'));
  assert.match(lines.at(-1) ?? '', /switchyard run claude/);
});

test('the lane of Anthropic stands first, under the name that scripts look for', () => {
  assert.match(formatLanes(providers), /^lanes: anth=\S+ zai=/);
});

for (const [address, url, expected] of [
  ['127.0.0.1', 'http://127.0.0.1:1', 'http://127.0.0.1:1'],
  ['0.0.0.0', 'http://0.0.0.0:1', 'http://127.0.0.1:1'],
  ['::', 'http://[::]:1', 'http://[::1]:1'],
  ['192.168.1.5', 'http://192.168.1.5:1', 'http://192.168.1.5:1'],
] as const)
  test(`a gateway that listens on ${address} is reached by ${expected}`, () => {
    assert.equal(reachableUrl({ address, port: 1, url }), expected);
  });

test('equal versions have no difference', () => {
  assert.deepEqual(compareConfigurations(configuration, { ...configuration, path: '/elsewhere' }), []);
});

test('a difference shows what runs and what was wanted, and nothing that is equal', () => {
  const { tiers } = configuration;
  const wanted = { ...configuration, version: 'other', tiers: { ...tiers, haiku: tiers.opus } };
  assert.deepEqual(
    compareConfigurations(configuration, wanted).map((line) => line.slice(0, 24)),
    ['- haiku    zai/glm-4.7 a', '+ haiku    anthropic (na'],
  );
});

test('a difference that no route shows is told all the same', () => {
  const [line] = compareConfigurations(configuration, { ...configuration, version: 'other' });
  assert.match(line ?? '', /same routes, but other settings differ/);
});

test('options become words again, with paths that hold in another directory', () => {
  const words = toWords(withAbsolutePaths({ port: 0, config: 'a.yaml', model: 'glm 5' }));
  assert.deepEqual([words[0], words[1], words[2]], ['--port', '0', '--config']);
  assert.ok(isAbsolute(words[3] ?? ''));
  assert.deepEqual(words.slice(4), ['--model', 'glm 5']);
  assert.deepEqual(toWords({ allowAnthropicOnly: true }), ['--allow-anthropic-only']);
  assert.deepEqual(toWords({}), []);
});

const RESTARTS: readonly [string, Parameters<typeof restartWords>, string[]][] = [
  ['nothing ran', [undefined, 9000, {}], ['--port', '9000']],
  [
    'a flag without a value is kept',
    [{ arguments: ['--allow-anthropic-only'], port: 8082 }, undefined, {}],
    ['--allow-anthropic-only'],
  ],
  ['the flags are kept', [{ arguments: ['--model', 'm'], port: 8082 }, undefined, {}], ['--model', 'm']],
  [
    'a port that was taken as it came is kept',
    [{ arguments: ['--port', '0'], port: 4711 }, undefined, {}],
    ['--port', '0', '--port', '4711'],
  ],
  [
    'a new flag comes last and wins',
    [{ arguments: ['--model', 'old'], port: 1 }, undefined, { model: 'new' }],
    ['--model', 'old', '--model', 'new'],
  ],
];

for (const [name, input, expected] of RESTARTS)
  test(`on restart: ${name}`, () => assert.deepEqual(restartWords(...input), expected));

test('a taken address is found behind other errors, and nowhere else', () => {
  const taken = Object.assign(new Error('x'), { code: 'EADDRINUSE', address: '::1', port: 8082 });
  assert.deepEqual(takenAddress(new Error('start failed', { cause: taken })), { host: '::1', port: 8082 });
  assert.equal(takenAddress(Object.assign(new Error('x'), { code: 'EACCES' })), undefined);
  assert.equal(takenAddress('EADDRINUSE'), undefined);
});

test('only listening sockets on exactly that port are found in the table of the kernel', () => {
  const row = (address: string, state: string, inode: string): string =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1`;
  const table = [
    '  sl  local_address rem_address   st',
    row('0100007F:1F92', '0A', '111'),
    row('0100007F:1F92', '01', '222'),
    row('0100007F:1F93', '0A', '333'),
  ].join('\n');
  assert.deepEqual(listeningInodes(table, 8082), ['111']);
});

const note = { pid: 1, port: 1, url: '', entry: 'switchyard.cjs', arguments: [], started_at: 0 };

for (const [commandLine, expected] of [
  ['node /usr/lib/switchyard.cjs start --port 8082', true],
  ['node /usr/lib/switchyard.cjs status', false],
  ['vim notes.txt', false],
  [undefined, false],
] as const)
  test(`a process that runs "${commandLine}" is ${expected ? '' : 'not '}taken for the gateway`, () => {
    assert.equal(
      isThatGateway(note, () => commandLine),
      expected,
    );
  });
