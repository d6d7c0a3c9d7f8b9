/** Client keys as a user makes them, with a gateway that runs. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { call, message } from '../../../test/support/call.ts';
import { ownNetworkAddress } from '../../../test/support/own-network-address.ts';
import { startScriptedUpstream } from '../../../test/support/scripted-upstream.ts';
import { held, text } from '../../../test/support/answers.ts';
import { until } from '../../../test/support/until.ts';
import { createHome, type Running } from '../cli-harness.test-data.ts';

const network = ownNetworkAddress();
const skip = network === undefined && 'this machine has no network';

test(
  'a key opens the gateway to another machine, within its limits, until it is revoked',
  { skip },
  async () => {
    const upstream = await startScriptedUpstream();
    const home = await createHome();
    let running: Running | undefined;
    const keys = join(home.path, 'state', 'client-keys.json');
    try {
      writeFileSync(
        join(home.path, 'switchyard.yaml'),
        `server: { listen: "0.0.0.0:0" }
providers: { local: { base_url: "${upstream.url}", format: anthropic-messages, auth: none, http: "1.1" } }
tiers: { haiku: local, sonnet: local, opus: local }
`,
      );
      const closed = await home.run(['start']);
      assert.equal(closed.code, 2);
      assert.match(closed.stderr, /listen on localhost[\s\S]*switchyard keys create NAME/);

      const words = ['--limit', 'concurrent=1', '--label', 'project=compilers', '--expires', '30d'];
      const created = await home.run(['keys', 'create', 'laptop', ...words]);
      assert.equal(created.code, 0, created.stderr);
      const key = created.stdout.trim();
      assert.match(key, /^sy-[\w-]{43}$/);
      assert.doesNotMatch(readFileSync(keys, 'utf8'), new RegExp(key.slice(3, 20)));
      if (process.platform !== 'win32') assert.equal(statSync(keys).mode & 0o777, 0o600);
      assert.equal((await home.run(['keys', 'create', 'laptop'])).code, 2, 'a name is used once');

      const gateway = home.start(['start']);
      running = gateway;
      const port = new URL((await gateway.said(/listening (\S+)/))[1] ?? '').port;
      const url = `http://${network ?? ''}:${port}`;
      const ask = (headers: Record<string, string>) =>
        call(url, '/v1/messages', { headers, body: message('claude-opus-4-8') });
      assert.equal((await ask({})).status, 401);
      for (const headers of [
        { 'x-switchyard-key': key },
        { 'x-api-key': key },
        { authorization: `Bearer ${key}` },
      ])
        assert.equal((await ask(headers)).status, 200);

      const gate = Promise.withResolvers<void>();
      upstream.script({ answer: held(text('slow'), gate.promise), times: 1 });
      const slow = ask({ 'x-api-key': key });
      await upstream.request(4);
      const second = await ask({ 'x-api-key': key });
      assert.deepEqual([second.status, second.headers['retry-after']], [429, '1']);
      gate.resolve();
      assert.equal((await slow).status, 200);
      assert.ok(!upstream.receivedBytes().includes(key), 'the key stays here');

      const usage = await until('the ledger', async () => {
        const { stdout } = await home.run(['usage', 'project', '--json', '--port', port]);
        return stdout.includes('compilers') && stdout;
      });
      assert.ok(usage);

      const phone = (
        await home.run(['keys', 'create', 'phone', '--limit', 'requests-per-minute=2'])
      ).stdout.trim();
      await until('the new key to open', async () => (await ask({ 'x-api-key': phone })).status === 200);
      const list = await home.run(['keys', 'list']);
      assert.match(list.stdout, /^laptop +sy-…\S{4} +since .* until .* project=compilers {2}concurrent=1$/m);
      assert.equal((await home.run(['keys', 'revoke', 'laptop'])).code, 0);
      await until(
        'the revoked key to be refused',
        async () => (await ask({ 'x-api-key': key })).status === 401,
      );
      const tablet = (await home.run(['keys', 'create', 'tablet'])).stdout.trim();
      await until('the third key to open', async () => (await ask({ 'x-api-key': tablet })).status === 200);
      const file = join(home.path, 'switchyard.yaml');
      const whole = readFileSync(file, 'utf8');
      writeFileSync(file, 'tiers: { haiku: nowhere }\n');
      await until('the broken file to be refused', async () =>
        (await home.run(['status', '--json', '--port', port])).stdout.includes('not configured'),
      );
      assert.equal((await home.run(['keys', 'revoke', 'tablet'])).code, 0);
      await until(
        'a revoked key to be refused while the configuration is broken',
        async () => (await ask({ 'x-api-key': tablet })).status === 401,
      );
      writeFileSync(file, whole);

      assert.equal((await home.run(['keys', 'revoke', 'phone'])).code, 0);
      await until(
        'the last key to be refused as well',
        async () => (await ask({ 'x-api-key': phone })).status === 401,
      );
      gateway.child.kill('SIGTERM');
      const { stderr } = await gateway.finished;
      assert.match(stderr, /network {2}http:\/\//);
      assert.match(stderr, /firewall/);
    } finally {
      running?.child.kill('SIGKILL');
      await home.remove();
      await upstream.close();
    }
  },
);
