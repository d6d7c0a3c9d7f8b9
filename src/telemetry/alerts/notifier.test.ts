import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { AlertChannel } from '../../config/build/alert-settings.ts';
import { Secret } from '../../lib/secret.ts';
import { until } from '../../../test/support/until.ts';
import type { Alert, Notice } from './alert.ts';
import { mailText, slackBody } from './notice-body.ts';
import { Notifier } from './notifier.ts';

const alert: Alert = {
  id: 'a1',
  rule: 'errors',
  metric: 'error_rate',
  priority: 'critical',
  message: 'model <!channel> & more failed',
  value: 1,
  threshold: 0.2,
  firedAt: 0,
  acknowledgedAt: undefined,
  resolvedAt: undefined,
};
const notice: Notice = { kind: 'fired', alert, source: 'host' };
const channel: AlertChannel = { type: 'slack', url: new Secret('http://127.0.0.1:9/hidden') };

/** A notifier whose channel fails so many times. */
function failing(times: number) {
  const tries: number[] = [];
  const logged: string[] = [];
  const note = (_: unknown, message: string): void => void logged.push(message);
  const notifier = new Notifier({
    log: { info: note, warn: note },
    waits: [1, 1, 1],
    send: async () => {
      tries.push(1);
      if (tries.length <= times) throw new Error('no');
    },
  });
  return { notifier, tries, logged };
}

test('a channel that fails is tried again, and nothing is said when it works out', async () => {
  const { notifier, tries, logged } = failing(2);
  notifier.tell('team', channel, notice);
  await until('three tries', () => tries.length === 3);
  assert.deepEqual(logged, []);
});

test('four tries are enough: then it is logged and left', async () => {
  const { notifier, tries, logged } = failing(99);
  notifier.tell('team', channel, notice);
  await until('the line', () => logged.length > 0);
  assert.equal(tries.length, 4);
  assert.deepEqual(logged, ['[Alert] team was not told: no.']);
});

test('when a hundred notices are under way, more are not sent', async () => {
  const logged: string[] = [];
  const note = (_: unknown, message: string): void => void logged.push(message);
  const notifier = new Notifier({
    log: { info: note, warn: note },
    send: () => new Promise(() => undefined),
  });
  for (let count = 0; count < 101; count += 1) notifier.tell('team', channel, notice);
  assert.deepEqual(logged, ['[Alert] Too many notices wait to be sent.']);
});

test('an address that cannot be reached is not named', async () => {
  const notifier = new Notifier({ log: { info: () => undefined, warn: () => undefined } });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server's address is no string.
  server.close();
  const gone: AlertChannel = { type: 'slack', url: new Secret(`http://127.0.0.1:${port}/hidden`) };
  const failure = await notifier.tellOnce(gone, notice);
  assert.equal(failure, 'the address cannot be reached: ECONNREFUSED');
});

test('text of others cannot call a whole channel, and no line break gets into a subject', () => {
  assert.match(JSON.stringify(slackBody(notice)), /&lt;!channel&gt; &amp; more/);
  const broken = { ...notice, alert: { ...alert, message: 'one\r\nBcc: x@example.org' } };
  assert.doesNotMatch(mailText(broken).subject, /[\r\n]/);
});
