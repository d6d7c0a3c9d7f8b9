/** Who may call which route of the admin API: every route of the contract by every kind of caller. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, describe, test } from 'node:test';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { ENDPOINTS } from '../../src/contract/endpoints.ts';
import { Secret } from '../../src/lib/secret.ts';
import { matchesPath } from '../../src/server/admin/admin-call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess } from '../support/in-process-gateway.ts';
import { ownNetworkAddress } from '../support/own-network-address.ts';

const CLIENT_KEY = 'sy-client-key-0123456789abcdefghij';
const network = ownNetworkAddress();

const gateway = await startInProcess({
  providers: [exampleProvider({})],
  server: {
    listen: [{ host: '0.0.0.0', port: 0 }],
    clientKeys: [{ name: 'laptop', secret: new Secret(CLIENT_KEY) }],
  },
});
after(async () => gateway.stop());
const port = gateway.running.addresses[0]?.port ?? 0;

interface Caller {
  readonly who: string;
  readonly from: 'here' | 'network';
  readonly headers: Readonly<Record<string, string>>;
  readonly may: readonly Endpoint['access'][];
}

const token = { authorization: `Bearer ${ADMIN_TOKEN}` };

const CALLERS: readonly Caller[] = [
  { who: 'a program on this machine', from: 'here', headers: {}, may: ['public', 'loopback'] },
  {
    who: 'a program on this machine with a wrong token',
    from: 'here',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}0` },
    may: ['public', 'loopback'],
  },
  {
    who: 'a program on this machine with the token where it does not belong',
    from: 'here',
    headers: { 'x-api-key': ADMIN_TOKEN, 'x-switchyard-key': ADMIN_TOKEN, cookie: `token=${ADMIN_TOKEN}` },
    may: ['public', 'loopback'],
  },
  { who: 'the administrator here', from: 'here', headers: token, may: ['public', 'loopback', 'token'] },
  { who: 'a stranger in the network', from: 'network', headers: {}, may: ['public'] },
  {
    who: 'a client in the network with its key',
    from: 'network',
    headers: { 'x-switchyard-key': CLIENT_KEY, authorization: `Bearer ${CLIENT_KEY}` },
    may: ['public'],
  },
  {
    who: 'somebody in the network who claims to be here',
    from: 'network',
    headers: { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1', 'x-real-ip': '::1' },
    may: ['public'],
  },
  {
    who: 'the administrator in the network',
    from: 'network',
    headers: token,
    may: ['public', 'loopback', 'token'],
  },
  {
    who: 'a web page of another site with the token',
    from: 'here',
    headers: { ...token, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    may: [],
  },
];

/** The status alone: some routes answer for as long as somebody listens. */
async function statusOf(
  caller: Caller,
  { method, path }: Pick<Endpoint, 'method' | 'path'>,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const host = caller.from === 'here' ? '127.0.0.1' : (network ?? '');
  const body = method === 'GET' ? '' : '{}';
  const asked = httpRequest(
    {
      host,
      port,
      method,
      path: path.replaceAll(/\{\w+\}/g, 'any'),
      headers: {
        ...caller.headers,
        ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': 2 }),
      },
    },
    (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    },
  );
  asked.once('error', reject);
  asked.end(body);
  return promise;
}

describe('every route of the contract answers those it is for and nobody else', () => {
  for (const caller of CALLERS) {
    const skip = caller.from === 'network' && network === undefined && 'this machine has no network';
    test(caller.who, { skip }, async () => {
      const wrong: string[] = [];
      for (const endpoint of Object.values<Endpoint>(ENDPOINTS)) {
        const status = await statusOf(caller, endpoint);
        const isRefused = status === 401 || status === 403;
        if (isRefused === caller.may.includes(endpoint.access))
          wrong.push(`${endpoint.method} ${endpoint.path} (${endpoint.access}): ${status}`);
      }
      assert.deepEqual(wrong, []);
    });
  }
});

/** What may be changed without the token: switches that predecessors' users turn with one curl line. */
const OPEN_SWITCHES = ['PUT /api/mode', 'PUT /api/tracing'];

test('nothing is changed without the token but the switches that are documented as open', () => {
  const open = Object.values<Endpoint>(ENDPOINTS)
    .filter(({ method, access }) => method !== 'GET' && access !== 'token')
    .map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    open.filter((route) => !OPEN_SWITCHES.includes(route)),
    [],
  );
});

/** What shows bodies, keys, commands or the whole configuration. */
const SENSITIVE = /bodies|captures|config|keys|proxy-chain|log$|pairs|capture$|replay/;

test('nothing that shows bodies, keys, commands or the configuration is read without the token', () => {
  const open = Object.values<Endpoint>(ENDPOINTS)
    .filter(({ path, access }) => SENSITIVE.test(path) && access !== 'token')
    .map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(open, []);
});

test('a method that a path does not have is refused with those it has', async () => {
  const administrator = CALLERS.find(({ who }) => who === 'the administrator here');
  assert.ok(administrator);
  const paths = new Set(Object.values<Endpoint>(ENDPOINTS).map(({ path }) => path));
  for (const path of paths) {
    const asked = path.replaceAll(/\{\w+\}/g, 'any');
    const known = Object.values<Endpoint>(ENDPOINTS).filter((endpoint) => matchesPath(endpoint.path, asked));
    for (const method of ['GET', 'POST', 'PUT'] as const)
      if (!known.some((endpoint) => endpoint.method === method))
        assert.equal(await statusOf(administrator, { method, path }), 405, `${method} ${path}`);
  }
});
