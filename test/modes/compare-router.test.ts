/** A routing script of the owner's in mode compare: it says where copies go, and no answer waits for it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Explanation } from '../../src/contract/explain.ts';
import type { ConfigSnapshot } from '../../src/config/snapshot.ts';
import { message } from '../support/call.ts';
import { startCompareRig, type CompareRig } from '../support/compare-rig.ts';
import { modelOf } from '../support/recorded-request.ts';
import { until } from '../support/until.ts';

const SCRIPT = `module.exports = async ({ user_text: text }) => {
  if (text === 'stuck') await new Promise(() => {});
  if (text === 'rules') return undefined;
  return text === 'itself' ? 'anthropic' : 'other/says-' + text;
};`;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-compare-router-'));
  await writeFile(join(folder, 'router.js'), SCRIPT);
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

async function withRouter(
  act: (rig: CompareRig) => Promise<void>,
  compare: Partial<ConfigSnapshot['compare']> = {},
): Promise<void> {
  const customRouter = {
    path: join(folder, 'router.js'),
    fingerprint: '1',
    // For ever: whoever waited for a script that is stuck would not end within this test.
    deadline: 2_000_000,
    request: 'reduced',
    provider: undefined,
    memory: 256 * 1024 * 1024,
    faults: 5,
    coolDown: 60_000,
  } as const;
  const rig = await startCompareRig({ tasks: { customRouter }, compare });
  try {
    await act(rig);
  } finally {
    await rig.close();
  }
}

const said = (text: string) => message('claude-opus-4-8', { messages: [{ role: 'user', content: text }] });

test('the script says where the copy goes, or leaves it to the rules, and explain says the same', () =>
  withRouter(async (rig) => {
    for (const text of ['fast', 'rules']) {
      const answered = await rig.ask(said(text));
      assert.match(String(answered.headers['x-switchyard-decision']), /^rule=compare; target=anthropic/);
      await rig.shadow.request(rig.primary.requests.length);
    }
    assert.deepEqual(rig.shadow.requests.map(modelOf), ['says-fast', 'cheap']);
    assert.deepEqual(rig.primary.requests.map(modelOf), ['claude-opus-4-8', 'claude-opus-4-8']);
    await rig.pairs(2);
    const asked = [rig.primary.requests.length, rig.shadow.requests.length];
    const { rule, copy } = await rig.admin<Explanation>('POST', '/api/explain', {
      path: '/v1/messages',
      body: said('explained'),
    });
    assert.deepEqual([rule, copy?.target], ['compare', { provider: 'other', model: 'says-explained' }]);
    assert.deepEqual([rig.primary.requests.length, rig.shadow.requests.length], asked);
  }));

test('no answer waits for the script', () =>
  withRouter(async (rig) => {
    const answered = await rig.ask(said('stuck'));
    assert.equal(answered.status, 200);
    await rig.gateway.record(1);
    assert.equal(rig.shadow.requests.length, 0);
    await rig.ask(said('next'));
    await rig.pairs(1);
    assert.deepEqual(rig.shadow.requests.map(modelOf), ['says-next']);
  }));

test('a copy to what answers anyway is none, and where compare names targets nobody is asked', async () => {
  await withRouter(async (rig) => {
    await rig.ask(said('itself'));
    await until('it to be passed over', async () => (await rig.copies()).skipped['no-target'] === 1);
    assert.equal(rig.shadow.requests.length, 0);
  });
  await withRouter(
    async (rig) => {
      await rig.ask(said('fast'));
      assert.equal(modelOf(await rig.shadow.request(1)), 'named');
    },
    { targets: [{ provider: 'other', model: 'named' }] },
  );
});
