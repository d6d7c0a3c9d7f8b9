import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { until } from '../../../test/support/until.ts';
import { createFront } from './front.ts';
import type { RequestListener } from './listen.ts';

const rules = { allowedHosts: () => new Set(['127.0.0.1']), allowedAuthorities: () => new Set<string>() };

/** A port with a front whose entry is there when the test says so. */
async function openFront(context: TestContext) {
  const entry = Promise.withResolvers<RequestListener>();
  const arrived: string[] = [];
  const closed: string[] = [];
  let opened = 0;
  const front = createFront({
    rules,
    answerProbe: ({ url }, response) => url === '/health' && answer(response, 'from the front'),
    open: () => {
      opened += 1;
      return entry.promise;
    },
  });
  const server = createServer(front.listener);
  server.on('request', ({ url = '' }, response) => {
    arrived.push(url);
    response.once('close', () => closed.push(url));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    arrived,
    closed,
    opened: () => opened,
    enter: (listener: RequestListener) => entry.resolve(listener),
    ask: (path: string, headers: Record<string, string> = {}) =>
      request({ host: '127.0.0.1', port, path, headers }).end(),
  };
}

function answer(response: ServerResponse, text: string): true {
  response.end(text);
  return true;
}

async function textOf(sent: ReturnType<typeof request>): Promise<string> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return (await response.toArray()).join('');
}

const entered: RequestListener = ({ url }, response) => void answer(response, `${url} from the entry`);

test('a probe is answered while nothing else is loaded, and nothing is loaded for it', async (context) => {
  const { ask, opened } = await openFront(context);
  assert.equal(await textOf(ask('/health')), 'from the front');
  assert.equal(opened(), 0);
});

test('any other request waits for the entry, which is opened once and then gets everything', async (context) => {
  const { ask, enter, opened, arrived } = await openFront(context);
  const waiting = [textOf(ask('/one')), textOf(ask('/two'))];
  await until('both to arrive', () => arrived.length === 2);
  enter(entered);
  assert.deepEqual(await Promise.all(waiting), ['/one from the entry', '/two from the entry']);
  assert.equal(await textOf(ask('/health')), '/health from the entry');
  assert.equal(opened(), 1);
});

test('a probe that the edge refuses is left to the entry, which tells the refusal', async (context) => {
  const { ask, enter } = await openFront(context);
  const refused = textOf(ask('/health', { host: 'evil.example' }));
  enter(entered);
  assert.equal(await refused, '/health from the entry');
});

test('a request whose caller has gone meanwhile is passed on to nobody', async (context) => {
  const { ask, enter, arrived, closed } = await openFront(context);
  const passed: (string | undefined)[] = [];
  const gone = ask('/gone').on('error', () => {});
  await until('it to arrive', () => arrived.length === 1);
  gone.destroy();
  await until('it to be gone', () => closed.length === 1);
  const later = textOf(ask('/later'));
  enter((incoming, response) => {
    passed.push(incoming.url);
    answer(response, '');
  });
  await later;
  assert.deepEqual(passed, ['/later']);
});
