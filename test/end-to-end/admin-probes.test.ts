/** What a start asks of the admin API is answered without loading the whole of it, and must not tell the difference. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';

let gateway: InProcessGateway;
before(async () => {
  gateway = await startInProcess({ providers: [exampleProvider()] });
});
after(async () => gateway.stop());

async function answerTo(path: string, method = 'GET') {
  const response = await fetch(`${gateway.url}${path}`, { method });
  const { date: _date, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

for (const name of ['health', 'ready', 'status'] as const) {
  const { path } = ENDPOINTS[name];
  test(`${path} says the same, quickly answered or by the whole API`, async () => {
    const quick = await answerTo(path);
    const whole = await answerTo(`${path}?`);
    const uptime = /"uptime_s":[\d.]+|"uptime[a-z_]*":[\d.]+/gu;
    assert.equal(quick.status, 200);
    assert.equal(quick.text.replace(uptime, ''), whole.text.replace(uptime, ''));
    assert.deepEqual(quick.headers, { ...whole.headers, 'content-length': String(quick.text.length) });
    assert.doesNotThrow(() => ENDPOINTS[name].response.parse(JSON.parse(quick.text)));
  });

  test(`${path} with a method or a parameter it has not is refused as everywhere`, async () => {
    assert.equal((await answerTo(path, 'DELETE')).status, 405);
    assert.equal((await answerTo(`${path}?nonsense=1`)).status, 400);
  });
}
