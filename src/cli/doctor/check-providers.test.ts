import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { build } from '../../config/config.test-data.ts';
import { checkProviders } from './check-providers.ts';

function snapshotOf(url: string) {
  const provider = `providers: { near: { base_url: "${url}", format: anthropic-messages, auth: none } }`;
  const { snapshot, texts } = build({
    yaml: `${provider}\ntiers: { haiku: near, sonnet: near, opus: near }\ndefault: near`,
  });
  assert.ok(snapshot !== undefined, texts.join('\n'));
  return snapshot;
}

test('a provider that answers anything is reached; without a credential, and its clock is looked at', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.authorization ?? 'nothing'}`);
    response.sendDate = false;
    response.writeHead(401, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const findings = await checkProviders(snapshotOf(`http://127.0.0.1:${port}`), {});
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual(asked, ['HEAD nothing']);
  assert.deepEqual(
    findings.map(({ check, status }) => [check, status]),
    [
      ['providers', 'ok'],
      ['clock', 'warn'],
    ],
  );
  const [gone] = await checkProviders(snapshotOf(`http://127.0.0.1:${port}`), {});
  assert.match(gone?.what ?? '', /cannot be reached: ECONNREFUSED/);
  assert.equal(gone?.status, 'fail');
});

test('behind a proxy nobody is asked', async () => {
  const [finding] = await checkProviders(snapshotOf('http://127.0.0.1:9'), {
    HTTPS_PROXY: 'http://proxy:3128',
  });
  assert.equal(finding?.status, 'skip');
});
