/** Broken versions of a configuration file, and a gateway under load that must not mind them. */
import assert from 'node:assert/strict';
import { chmod, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Status } from '../../src/contract/status.ts';
import { loadConfig } from '../../src/config-io/load-config.ts';
import { call, message } from '../support/call.ts';
import { KEY_VARIABLE, oneProvider, startGateway, type RunningGateway } from '../support/gateway.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

/** One way to break the file at this path. */
export interface Breakage {
  readonly name: string;
  readonly apply: (file: string) => Promise<void>;
}

/** In place and by a rename, in turn, as different editors do it. */
function written(name: string, content: string | Buffer, index: number): Breakage {
  const apply = async (file: string): Promise<void> => {
    await rm(file, { recursive: true, force: true });
    if (index % 2 === 0) return writeFile(file, content);
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  };
  return { name, apply };
}

/** Cut off at every byte where what is left cannot be served. */
async function truncated(text: string): Promise<Breakage[]> {
  const found: Breakage[] = [];
  for (let length = 0; length < text.length; length += 1) {
    const left = text.slice(0, length);
    if (left.trim() === '' || (await isBroken(left)))
      found.push(written(`the first ${length} bytes`, left, length));
  }
  return found;
}

async function isBroken(text: string): Promise<boolean> {
  const request = {
    flags: { config: '/nowhere/switchyard.yaml', port: 0 },
    environment: {},
    programRoot: '/nowhere',
  };
  return (await loadConfig({ ...request, text })).kind === 'invalid';
}

const WRONG: readonly string[] = [
  'tiers: { haiku: nobody/model }',
  'tiers: 5',
  'providers: [a, b]',
  'provider: { a: {} }',
  'server: { listen: "not an address" }',
  'server: { listen: "0.0.0.0:0" }',
  'server: { max_exchanges: -1 }',
  'default: { use: 3 }',
  'a: &a [*a]',
  'a: &a {b: &b {c: *a}}\ntiers: *b',
  'x: &x [1,1]\ny: &y [*x,*x]\nz: &z [*y,*y]\ntiers: [*z,*z,*z,*z]',
  'tiers: {haiku: standin}\ntiers: {haiku: standin}',
  '{',
  '\t- tab',
  '- a list',
  'just text',
  '%YAML 9.9\n---\n: :',
  'mode: [',
  'retry: { attempts: many }',
  'prices: { a: { input: -1 } }',
  '__proto__: { polluted: true }',
];

function wrong(text: string, round: number): Breakage[] {
  return WRONG.map((line, index) =>
    written(`${line} (${round})`, `${line}\n# ${round}\n${text}`, index + round),
  );
}

function strange(round: number): Breakage[] {
  const garbage = Buffer.from([0xff, 0x00, 0xc3, 0x28, round]);
  const anew = (act: (file: string) => Promise<unknown>) => async (file: string) => {
    await rm(file, { recursive: true, force: true });
    await act(file);
  };
  return [
    written('no text', garbage, round),
    written('five megabytes', `# ${round}\n`.padEnd(5 * 1024 * 1024, 'x'), round),
    { name: 'a directory', apply: anew((file) => mkdir(file)) },
    { name: 'a link to nowhere', apply: anew((file) => symlink(join(file, '..', `gone-${round}`), file)) },
    { name: 'a link to itself', apply: anew((file) => symlink(file, file)) },
    {
      name: 'a link to garbage',
      apply: anew(async (file) => {
        await writeFile(`${file}.garbage`, garbage);
        await symlink(`${file}.garbage`, file);
      }),
    },
    { name: 'half a rename', apply: (file) => rm(file, { recursive: true, force: true }) },
    ...(process.getuid?.() === 0
      ? []
      : [
          {
            name: 'closed to its reader',
            apply: anew(async (file) => {
              await writeFile(file, `# ${round}`);
              await chmod(file, 0o000);
            }),
          },
        ]),
  ];
}

/** So many breakages, of all kinds, no two alike in a row. */
export async function breakages(text: string, count: number): Promise<readonly Breakage[]> {
  const cut = await truncated(text);
  const found: Breakage[] = [];
  for (let round = 0; found.length < count; round += 1)
    found.push(...wrong(text, round), ...strange(round), ...cut.slice(round * 40, (round + 1) * 40));
  return found.slice(0, count);
}

export interface StormSettings {
  readonly breakages: number;
  /** Whether the gateway is told by SIGHUP, or has to see every change itself. */
  readonly told: (index: number) => boolean;
}

/** Breaks the file of a real gateway over and over while requests run, and repairs it in the end. */
export async function breakUnderLoad({ breakages: count, told }: StormSettings): Promise<void> {
  const upstream = await startScriptedUpstream();
  const yaml = oneProvider(upstream.url);
  const gateway = await startGateway({ yaml, environment: { [KEY_VARIABLE]: 'upstream-key' } });
  const file = join(gateway.home, 'switchyard.yaml');
  const load = startLoad(gateway.url);
  try {
    const { version } = (await statusOf(gateway)).configuration;
    for (const [index, breakage] of (await breakages(yaml, count)).entries()) {
      const { refusals } = (await statusOf(gateway)).reload;
      await breakage.apply(file);
      if (told(index)) process.kill(gateway.processId, 'SIGHUP');
      const status = await until(
        `the reason of: ${breakage.name}`,
        async () => {
          const now = await statusOf(gateway);
          return now.reload.refusals > refusals && now;
        },
        2_000,
      );
      assert.equal(status.configuration.version, version, breakage.name);
      assert.ok((status.reload.refused?.reasons ?? []).join('').length > 10, breakage.name);
    }
    await rm(file, { recursive: true, force: true });
    await writeFile(file, `${yaml}server: { max_exchanges: 77 }\n`);
    const repaired = await until('the repaired file', async () => {
      const now = await statusOf(gateway);
      return now.reload.refused === null && now;
    });
    assert.notEqual(repaired.configuration.version, version);
  } finally {
    await load.stop();
    await unlink(`${file}.garbage`).catch(() => undefined);
    await gateway.stop();
    await upstream.close();
  }
  assert.deepEqual(load.failures, []);
  assert.ok(load.answered() > count, `${load.answered()} requests are no load`);
}

async function statusOf({ url }: RunningGateway): Promise<Status> {
  const { body } = await call(url, '/api/status', { method: 'GET' });
  return JSON.parse(body.toString()) as Status;
}

/** Four clients that ask again and again, half of them for streams. */
function startLoad(url: string) {
  const ending = new AbortController();
  let answered = 0;
  const failures: string[] = [];
  const client = async (stream: boolean): Promise<void> => {
    while (!ending.signal.aborted) {
      const answer = await call(url, '/v1/messages', { body: message('claude-opus-4-8', { stream }) });
      answered += 1;
      const isWhole = answer.whole && (!stream || answer.body.includes('message_stop'));
      if (answer.status !== 200 || !isWhole) failures.push(`${answer.status} ${answer.body.toString()}`);
    }
  };
  const clients = [true, false, true, false].map(client);
  return {
    failures,
    answered: () => answered,
    stop: async () => {
      ending.abort();
      await Promise.all(clients);
    },
  };
}
