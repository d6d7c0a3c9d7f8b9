/** A gateway that follows its files: what it does, what it says, what it keeps. */
import assert from 'node:assert/strict';
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EventHub } from '../../src/telemetry/events/event-hub.ts';
import { call, message } from '../support/call.ts';
import { startConfigured, type ConfiguredGateway } from '../support/configured-gateway.ts';
import { KEY_VARIABLE, oneProvider } from '../support/gateway.ts';
import { headerOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

let upstream: ScriptedUpstream;

before(async () => {
  upstream = await startScriptedUpstream();
});

after(async () => upstream.close());

async function withGateway(
  act: (gateway: ConfiguredGateway) => Promise<void>,
  changes: { yaml?: string; environment?: Record<string, string>; files?: Record<string, string> } = {},
): Promise<void> {
  upstream.reset();
  const gateway = await startConfigured({
    yaml: oneProvider(upstream.url),
    environment: { [KEY_VARIABLE]: 'upstream-key' },
    ...changes,
  });
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

const refused = (gateway: ConfiguredGateway) =>
  until('the refusal', async () => (await gateway.status()).reload.refused ?? undefined);

const applied = (gateway: ConfiguredGateway) =>
  until('the new configuration', async () => (await gateway.status()).reload.applied_at ?? undefined);

const nextEvent = async (subscription: ReturnType<EventHub['subscribe']>) =>
  (await subscription.next())?.[0]?.event;

test('a change of the file is told as event and in the log, and kept in the history', async () => {
  await withGateway(async (gateway) => {
    const subscription = gateway.running.events.subscribe();
    const first = (await gateway.status()).configuration.version;
    writeFileSync(
      gateway.file,
      `${oneProvider(upstream.url)}server: { max_exchanges: 7, listen: "127.0.0.1:1" }\n`,
    );
    await applied(gateway);
    const { configuration, reload } = await gateway.status();
    assert.partialDeepStrictEqual(await nextEvent(subscription), {
      type: 'config.reloaded',
      version: configuration.version,
      previous_version: first,
      cause: 'file',
      changed: ['server.listen', 'server.max_exchanges'],
      needs_restart: ['server.listen'],
    });
    assert.deepEqual(reload.needs_restart, ['server.listen']);
    assert.ok(
      gateway.logged.some(
        ({ message: text }) => text === `[Config] Version ${configuration.version} is in force.`,
      ),
    );
    assert.equal(gateway.running.files?.history.list().length, 2);
  });
});

for (const [name, spoil] of [
  ['broken', (file: string) => writeFileSync(file, 'tiers: { haiku: nobody/model }\n')],
  ['empty', (file: string) => writeFileSync(file, '\n')],
  ['gone', (file: string) => unlinkSync(file)],
] as const)
  test(`a file that is ${name} changes nothing, and the reason is seen everywhere`, async () => {
    await withGateway(async (gateway) => {
      const subscription = gateway.running.events.subscribe();
      const { version } = (await gateway.status()).configuration;
      spoil(gateway.file);
      const { reasons } = await refused(gateway);
      assert.match(reasons.join(), new RegExp(gateway.file.replaceAll('\\', '\\\\')));
      assert.equal((await gateway.status()).configuration.version, version);
      const { status } = await call(gateway.url, '/v1/messages', { body: message('claude-opus-4-8') });
      assert.equal(status, 200);
      assert.ok(
        gateway.logged.some(({ level, message: text }) => level === 'warn' && text.includes('refused')),
      );
      assert.partialDeepStrictEqual(await nextEvent(subscription), {
        type: 'config.refused',
        cause: 'file',
        problems: [...reasons],
      });
      assert.equal(gateway.running.files?.history.lastServed()?.number, 1);
      writeFileSync(gateway.file, oneProvider(upstream.url));
      await until('the repaired file', async () => (await gateway.status()).reload.refused === null);
    });
  });

test('a key in a .env file that appears, and one in a secret file that is replaced, are used at once', async () => {
  const yaml = (secret: string) =>
    oneProvider(upstream.url).replace(/secret: "[^"]+"/, `secret: "${secret}"`);
  const sent = async (gateway: ConfiguredGateway) => {
    await call(gateway.url, '/v1/messages', { body: message('claude-opus-4-8') });
    const request = upstream.requests.at(-1);
    return request && headerOf(request, 'x-api-key');
  };
  await withGateway(
    async (gateway) => {
      const file = join(gateway.home, 'key');
      writeFileSync(`${file}.new`, 'second-key', { mode: 0o600 });
      renameSync(`${file}.new`, file);
      await until('the second key', async () => (await sent(gateway)) === 'second-key');
      writeFileSync(gateway.file, yaml('env:LATE_KEY'));
      writeFileSync(join(gateway.home, '.env'), 'LATE_KEY=third-key\n');
      await until('the third key', async () => (await sent(gateway)) === 'third-key');
    },
    { yaml: yaml('file:key'), files: { key: 'first-key' } },
  );
});

test('an edit is in force when it is confirmed, keeps comments, and refuses what could not be served', async () => {
  const yaml = `# mine\n${oneProvider(upstream.url)}`;
  await withGateway(
    async (gateway) => {
      const { files } = gateway.running;
      assert.ok(files !== undefined);
      const applied = await files.edit({
        changes: [{ kind: 'set', path: ['tiers', 'haiku'], value: 'standin/small' }],
      });
      assert.deepEqual([applied.edited.kind, applied.reloaded?.kind], ['written', 'applied']);
      assert.equal((await gateway.status()).configuration.tiers.haiku.targets[0]?.model, 'small');
      assert.equal(
        readFileSync(gateway.file, 'utf8'),
        yaml.replace('haiku: standin', 'haiku: standin/small'),
      );
      const refusal = await files.edit({
        changes: [{ kind: 'set', path: ['tiers', 'haiku'], value: 'nobody/small' }],
      });
      assert.equal(refusal.edited.kind, 'refused');
      assert.equal((await files.edit({ text: '' }, 'stale-etag')).edited.kind, 'stale');
      assert.equal((await gateway.status()).reload.refusals, 0);
    },
    { yaml },
  );
});
