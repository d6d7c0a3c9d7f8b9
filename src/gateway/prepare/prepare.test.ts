import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleSnapshot } from '../../../test/support/in-process-gateway.ts';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import { ANTHROPIC_ORIGIN } from '../../domain/origin.ts';
import type { Format } from '../../domain/format.ts';
import { headerValue } from '../../domain/headers.ts';
import { wireFormatOf } from '../../formats/index.ts';
import { Secret } from '../../lib/secret.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { prepare } from './prepare.ts';
import { SignatureMemory } from '../memory/signature-memory.ts';

const LOGIN = {
  kind: 'oauth',
  headers: [{ name: 'authorization', value: new Secret('Bearer sk-ant-oat01-of-this-machine') }],
} as const;

const gateway = {
  signatures: new SignatureMemory(),
  instanceId: 'this-one',
  claudeLogin: { available: () => true, credential: () => LOGIN },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  clock: { now: () => 0, monotonic: () => 0 },
  newId: () => 'id',
  // Preparing looks at nothing else of the gateway.
} as unknown as Gateway;

interface Asked {
  readonly format: Format;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly credential?: OpenExchange['inbound']['credential'];
}

/** A request for Anthropic that came from this machine. */
function exchange({ format, path, headers = [], credential }: Asked): OpenExchange {
  const provider = exampleProvider({ name: 'anthropic', origin: ANTHROPIC_ORIGIN, auth: { kind: 'caller' } });
  const body = Buffer.from(
    JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] }),
  );
  const wire = wireFormatOf(format);
  return {
    inbound: {
      path,
      query: '',
      method: 'POST',
      headers,
      body,
      hops: [],
      callerIsLoopback: true,
      credential,
    },
    kind: { format, operation: 'generate' },
    format: wire,
    facts: wire.inspect(body, path),
    snapshot: { ...exampleSnapshot({ providers: [provider] }), claudeCredentialsFile: true },
    // Preparing looks at nothing else of an exchange.
  } as unknown as OpenExchange;
}

const TARGET = { provider: 'anthropic', model: undefined };
const MESSAGES = { format: 'anthropic-messages', path: '/v1/messages' } as const;

function betasOf(asked: Asked): string[] {
  const { headers } = prepare(gateway, exchange(asked), TARGET).upstream;
  return headers.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() === 'anthropic-beta' ? [headers[at + 1] ?? ''] : [],
  );
}

test('T46: a beta that the gateway adds stands beside the client’s own, which keep their order', () => {
  const headers = ['anthropic-beta', 'one-2025-01-01,two-2025-01-01'];
  assert.deepEqual(betasOf({ ...MESSAGES, headers }), ['one-2025-01-01,two-2025-01-01', 'oauth-2025-04-20']);
});

test('T47: a login that is lent goes out as a bearer with its beta, a key of the caller’s with neither', () => {
  const lent = prepare(gateway, exchange(MESSAGES), TARGET);
  assert.equal(lent.credential.headers[0]?.name, 'authorization');
  assert.deepEqual(betasOf(MESSAGES), ['oauth-2025-04-20']);
  const credential = { kind: 'key', headers: [{ name: 'x-api-key', value: new Secret('k') }] } as const;
  const own = prepare(gateway, exchange({ ...MESSAGES, credential }), TARGET);
  assert.equal(own.credential.headers[0]?.name, 'x-api-key');
  assert.deepEqual(betasOf({ ...MESSAGES, credential }), []);
});

test('a login serves a client of another format too, in its own header and with its beta', () => {
  const chat = { format: 'openai-chat', path: '/v1/chat/completions' } as const;
  const prepared = prepare(gateway, exchange(chat), TARGET);
  assert.equal(prepared.upstream.path, '/v1/messages');
  assert.equal(prepared.credential.headers[0]?.name, 'authorization');
  assert.equal(headerValue(prepared.upstream.headers, 'anthropic-version'), '2023-06-01');
  assert.deepEqual(betasOf(chat), ['oauth-2025-04-20']);
});

test('a key of a client of another format goes out in the header of the provider’s format', () => {
  const chat = { format: 'openai-chat', path: '/v1/chat/completions' } as const;
  const credential = {
    kind: 'key',
    headers: [{ name: 'Authorization', value: new Secret('Bearer sk-ant-api03-x') }],
  } as const;
  const [header] = prepare(gateway, exchange({ ...chat, credential }), TARGET).credential.headers;
  assert.deepEqual([header?.name, header?.value.reveal()], ['x-api-key', 'sk-ant-api03-x']);
});
