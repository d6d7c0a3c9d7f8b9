/** A user's session with Claude Code in which the provider of haiku dies in mid-session, and comes back. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ExchangeSummaryBody } from '../../src/contract/exchanges.ts';
import type { Breakers } from '../../src/contract/guard.ts';
import { CLAUDE_CODE, ensureClient } from '../../scripts/install-clients.ts';
import { agent, cut, text, toolCall } from '../support/answers.ts';
import { call } from '../support/call.ts';
import { KEY_VARIABLE, standIn, startGateway, type RunningGateway } from '../support/gateway.ts';
import { jsonOf } from '../support/recorded-request.ts';
import type { Answer } from '../support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';
import { PROMPT, openClaudeSession, type ClaudeRun, type ClaudeSession } from './claude-code.ts';

const client = ensureClient(CLAUDE_CODE);
const skip = client.kind === 'missing' ? `skipped: not installed (${client.reason})` : false;

/** How long the breaker stays open the first time. */
const OPEN = '2s';

/** Has the client print the file anew at every prompt, and answers with what it printed then. */
const model: Answer = (request) => {
  const { tools, messages } = jsonOf(request);
  if (!Array.isArray(tools) || tools.length === 0) return agent(request);
  const conversation = JSON.stringify(messages);
  const sincePrompt = conversation.slice(conversation.lastIndexOf(PROMPT));
  const token = /NONCE-([0-9a-f]+)/.exec(sincePrompt)?.[1];
  if (token !== undefined) return text(`DONE-${token}`)(request);
  return toolCall('Bash', { command: 'cat nonce.txt', description: 'Prints the token' })(request);
};

describe('Claude Code while its haiku provider dies and comes back', { skip, timeout: 110_000 }, () => {
  let zai: ScriptedUpstream;
  let backup: ScriptedUpstream;
  let gateway: RunningGateway;
  let session: ClaudeSession;
  let dead = false;

  /** Lives until it has asked for the first tool call of the session; then every answer breaks off. */
  const mortal: Answer = async (request) => {
    if (dead) return cut(model, 40, 'reset')(request);
    const tools = jsonOf(request)['tools'];
    if (Array.isArray(tools) && tools.length > 0 && !revived) dead = true;
    return model(request);
  };
  let revived = false;

  before(async () => {
    [zai, backup] = await Promise.all([
      startScriptedUpstream({ answer: mortal }),
      startScriptedUpstream({ answer: model }),
    ]);
    gateway = await startGateway({
      yaml: `
providers:
${standIn('zai', zai.url)}
${standIn('backup', backup.url)}
tiers:
  haiku: [zai/glm-4.7, backup/glm-4.5-air]
  sonnet: backup
  opus: backup
default: backup
breakers: { consecutive: 2, open: ${OPEN}, successes: 1 }
`,
      environment: { [KEY_VARIABLE]: 'key-of-the-test' },
    });
    session = await openClaudeSession({
      binary: client.kind === 'ready' ? client.binary : '',
      gatewayUrl: gateway.url,
      model: 'haiku',
      callerToken: 'sk-ant-oat01-of-the-test',
    });
  });

  after(async () => {
    await session?.close();
    await gateway?.stop();
    await Promise.all([zai?.close(), backup?.close()]);
  });

  function assertDone(run: ClaudeRun): void {
    const said = [run.stdout, run.stderr, gateway.output()].join('\n');
    assert.ok(run.stdout.includes(`DONE-${run.token}`), said);
    assert.equal(run.exitCode, 0);
  }

  async function api<Body>(path: string): Promise<Body> {
    const { body } = await call(gateway.url, path, { method: 'GET' });
    return JSON.parse(body.toString()) as Body;
  }

  const stateOfZai = async (): Promise<string> => {
    const { breakers } = await api<Breakers>('/api/breakers');
    return breakers.find(({ provider }) => provider === 'zai')?.state ?? 'closed';
  };

  test('it dies in the middle of the first prompt, and the user notices nothing', async () => {
    assertDone(await session.say());
    assert.ok(dead, 'it has died');
    assert.ok(backup.requests.length > 0, 'somebody else took over');
  });

  test('the next prompt of the session is answered while it is left alone', async () => {
    const before = zai.requests.length;
    assertDone(await session.say());
    await until('the breaker to have opened', () => gateway.output().includes('zai/glm-4.7 is left alone'));
    const asked = zai.requests.length - before;
    assert.ok(asked < backup.requests.length, `${asked} of its requests still went there`);
  });

  test('it comes back: one request tries it, and the session goes on there', async () => {
    revived = true;
    dead = false;
    await until('the breaker to let a request try', async () => (await stateOfZai()) !== 'open', 30_000);
    const before = zai.ledger.length;
    assertDone(await session.say());
    const served = zai.ledger.slice(before).filter(({ status, how }) => status === 200 && how === 'answered');
    assert.ok(served.length >= 2, JSON.stringify(zai.ledger.slice(before)));
    assert.equal(await stateOfZai(), 'closed');
    assert.match(gateway.output(), /zai\/glm-4\.7 is asked again/);
  });

  test('the ledger tells the story: who served, after how many tries, and nothing failed for the client', async () => {
    const { exchanges } = await api<{ exchanges: ExchangeSummaryBody[] }>('/api/exchanges?limit=200');
    const generated = exchanges
      .filter(({ operation, tier }) => operation === 'generate' && tier === 'haiku')
      .toReversed();
    const story = generated.map(({ lane, attempts, status }) => `${lane}:${attempts}:${status}`);
    assert.ok(
      generated.every(({ status }) => status === 200),
      story.join(' '),
    );
    const places = ['zai:1:200', 'backup:2:200', 'backup:1:200'].map((step) => story.indexOf(step));
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? -1)),
      story.join(' '),
    );
    assert.match(story.at(-1) ?? '', /^zai:1:200$/, story.join(' '));
    console.log(`the story: ${story.join(' ')}`);
  });
});
