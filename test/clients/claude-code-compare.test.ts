/** Claude Code works at Anthropic as ever while copies of what it asks go to another model. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CLAUDE_CODE, ensureClient } from '../../scripts/install-clients.ts';
import { createAdminClient } from '../../src/admin-client/admin-client.ts';
import { readAdminToken } from '../../src/admin-client/admin-token.ts';
import type { PairBody, PairDetailBody } from '../../src/contract/pairs.ts';
import { toolCall } from '../support/answers.ts';
import { headerOf, jsonOf, modelOf, pathOf } from '../support/recorded-request.ts';
import type { ThreeTiers } from '../support/three-tiers.ts';
import { HAIKU_SERVED_BY, startThreeTiers, tracesOf } from '../support/three-tiers.ts';
import { until } from '../support/until.ts';
import { runClaude, type ClaudeRun } from './claude-code.ts';

const client = ensureClient(CLAUDE_CODE);
const skip = client.kind === 'missing' ? `skipped: not installed (${client.reason})` : false;

describe('Claude Code in mode compare', { skip, timeout: 110_000 }, () => {
  let tiers: ThreeTiers;
  let run: ClaudeRun;
  let pairs: readonly PairBody[];
  let details: readonly PairDetailBody[];

  before(async () => {
    tiers = await startThreeTiers();
    const { url, home } = tiers.gateway;
    const token = readAdminToken(join(home, 'state'));
    const admin = createAdminClient({ url, token, fetch });
    await admin.call('switchMode', { body: { mode: 'compare' } });
    // The copy would do something else first.
    tiers.zai.script({
      times: 1,
      when: (request) => 'tools' in jsonOf(request),
      answer: toolCall('Read', { file_path: '/etc/hostname' }),
    });
    const binary = client.kind === 'ready' ? client.binary : '';
    run = await runClaude({ binary, gatewayUrl: url, model: 'haiku', callerToken: tiers.callerToken });
    await until('all copies', async () => (await admin.call('mode')).copies.running === 0, 10_000);
    const { sent } = (await admin.call('mode')).copies;
    pairs = await until('all pairs', async () => {
      const page = await admin.call('pairs');
      return page.pairs.length === sent && page.pairs;
    });
    details = await Promise.all(pairs.map(({ id }) => admin.call('pair', { parameters: { id } })));
  });
  after(async () => tiers?.close());

  test('it does its work with what Anthropic says', () => {
    assert.ok(run.stdout.includes(`DONE-${run.token}`), `${run.stdout}${run.stderr}`);
    assert.equal(run.exitCode, 0);
    const asked = tiers.anthropic.requests.filter((request) => pathOf(request).endsWith('/messages'));
    assert.ok(asked.length >= 2 && asked.every((request) => modelOf(request).includes('haiku')));
  });

  test('every request was copied, with the other model’s name and the gateway’s own key', () => {
    assert.ok(pairs.length >= 2);
    for (const request of tiers.zai.requests) {
      assert.equal(modelOf(request), HAIKU_SERVED_BY);
      assert.equal(headerOf(request, 'x-api-key'), tiers.zaiKey);
      assert.equal(headerOf(request, 'authorization'), undefined);
    }
    const received = tiers.zai.receivedBytes();
    for (const trace of tracesOf(tiers.callerToken)) assert.equal(received.includes(trace), false);
  });

  test('the pairs hold both answers, and the one that differs is found', () => {
    assert.ok(pairs.every(({ a, b }) => a.lane === 'anthropic' && a.outcome === 'ok' && b.outcome === 'ok'));
    const differing = details.filter(({ pair }) => pair.agreement === 'differ');
    assert.equal(differing.length, 1);
    assert.deepEqual(
      differing[0]?.b?.calls.map(({ tool }) => tool),
      ['Read'],
    );
    assert.ok(
      details.some(({ pair, a }) => pair.agreement === 'agree' && a?.text.includes(`DONE-${run.token}`)),
    );
  });
});
