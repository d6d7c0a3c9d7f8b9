import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CLAUDE_CODE, ensureClient } from '../../scripts/install-clients.ts';
import { headerOf, modelOf, pathOf } from '../support/recorded-request.ts';
import type { RecordedRequest } from '../support/recorded-request.ts';
import type { ThreeTiers } from '../support/three-tiers.ts';
import { HAIKU_SERVED_BY, startThreeTiers, tracesOf } from '../support/three-tiers.ts';
import type { ClaudeRun } from './claude-code.ts';
import { runClaude } from './claude-code.ts';

const MODELS = ['haiku', 'sonnet', 'opus'] as const;
const client = ensureClient(CLAUDE_CODE);
const skip = client.kind === 'missing' ? `skipped: not installed (${client.reason})` : false;

describe('Claude Code with three models at the same time', { skip, timeout: 110_000 }, () => {
  let tiers: ThreeTiers;
  let runs: ReadonlyMap<string, ClaudeRun>;
  before(async () => {
    tiers = await startThreeTiers();
    const binary = client.kind === 'ready' ? client.binary : '';
    const { url } = tiers.gateway;
    const finished = await Promise.all(
      MODELS.map(async (model): Promise<[string, ClaudeRun]> => [
        model,
        await runClaude({ binary, gatewayUrl: url, model, callerToken: tiers.callerToken }),
      ]),
    );
    runs = new Map(finished);
  });
  after(async () => tiers?.close());

  for (const model of MODELS) {
    test(`${model}: its shell tool runs and the answer holds what only the tool could know`, () => {
      const run = runs.get(model);
      assert.ok(run !== undefined);
      const said = [run.stdout, run.stderr, tiers.gateway.output()].join('\n');
      assert.ok(run.stdout.includes(`DONE-${run.token}`), said);
      assert.equal(run.exitCode, 0);
    });
  }

  test('haiku was served by the third party, under its own model name and with its own key', () => {
    const messages = messagesAt(tiers.zai.requests);
    assert.ok(messages.length >= 2);
    for (const request of messages) {
      assert.equal(modelOf(request), HAIKU_SERVED_BY);
      assert.equal(headerOf(request, 'x-api-key'), tiers.zaiKey);
      assert.equal(headerOf(request, 'authorization'), undefined);
    }
  });

  test('sonnet and opus went to Anthropic under the names the client asked for', () => {
    const messages = messagesAt(tiers.anthropic.requests);
    const models = new Set(messages.map(modelOf));
    assert.ok(
      [...models].some((model) => model.includes('sonnet')),
      [...models].join(),
    );
    assert.ok(
      [...models].some((model) => model.includes('opus')),
      [...models].join(),
    );
    assert.ok(![...models].some((model) => model.includes('haiku')), [...models].join());
    for (const request of messages) {
      assert.equal(headerOf(request, 'host'), 'api.anthropic.com');
      assert.equal(headerOf(request, 'authorization'), `Bearer ${tiers.callerToken}`);
      assert.ok(headerOf(request, 'anthropic-beta')?.includes('claude-code'));
    }
  });

  test("not one byte of the caller's login reached the third party, nor of its key Anthropic", () => {
    for (const trace of tracesOf(tiers.callerToken)) assert.ok(!tiers.zai.receivedBytes().includes(trace));
    for (const trace of tracesOf(tiers.zaiKey)) assert.ok(!tiers.anthropic.receivedBytes().includes(trace));
  });

  test('neither secret stands in what the gateway printed', () => {
    for (const trace of [...tracesOf(tiers.callerToken), ...tracesOf(tiers.zaiKey)]) {
      assert.ok(!tiers.gateway.output().includes(trace.toString()));
    }
  });
});

function messagesAt(requests: readonly RecordedRequest[]): RecordedRequest[] {
  return requests.filter((request) => request.method === 'POST' && pathOf(request) === '/v1/messages');
}
