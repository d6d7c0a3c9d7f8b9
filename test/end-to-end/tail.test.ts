/** `switchyard tail` against a running gateway: the line is there when the request has ended, with or without a ledger. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { KEY_VARIABLE, oneProvider, startGateway } from '../support/gateway.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));
const BILL = { input: 1_200, output: 340 };

for (const [what, settings, costs] of [
  ['with a ledger it knows the cost', 'prices: { "*": { input: 3, output: 15 } }', /0\.0\d+/],
  ['without a ledger it knows the rest', 'store: { enabled: false }', /—/],
] as const)
  test(`a request that ends is a line at once; ${what}`, async () => {
    await using opened = new AsyncDisposableStack();
    const upstream = await startScriptedUpstream({ answer: text('hello', BILL) });
    opened.defer(async () => upstream.close());
    const gateway = await startGateway({
      yaml: `${oneProvider(upstream.url)}\n${settings}\n`,
      environment: { [KEY_VARIABLE]: 'key' },
    });
    opened.defer(async () => gateway.stop());
    const { port } = new URL(gateway.url);
    const tail = spawn(process.execPath, [LAUNCHER, 'tail', '--port', port, '-n', '0'], {
      env: { PATH: process.env['PATH'], HOME: gateway.home, SWITCHYARD_HOME: gateway.home },
    });
    let said = '';
    tail.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    const ended = once(tail, 'exit');
    await until('tail to listen', async () => {
      await call(gateway.url, '/v1/messages', { body: message('claude-haiku-4-5') });
      return said !== '';
    });
    const before = said.split('\n').length;
    await call(gateway.url, '/v1/messages', { body: message('claude-opus-4-8') });
    await until('the line', () => said.includes('claude-opus-4-8'), 2_000);
    const line = said.split('\n').find((candidate) => candidate.includes('claude-opus-4-8')) ?? '';
    assert.match(line, /claude-opus-4-8.* 200 .*1\.2k\/340/);
    assert.match(line, costs);
    assert.ok(said.split('\n').length >= before);
    await gateway.stop();
    const [code] = await ended;
    assert.notEqual(code, 0, 'a gateway that has gone is told');
  });
