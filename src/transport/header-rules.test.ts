import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { credentialFor, providerAt, requestTo } from '../../test/support/transport-probe.ts';
import { GatewayError } from '../domain/errors.ts';
import { Secret } from '../lib/secret.ts';
import { endToEndHeaders, outboundHeaders } from './header-rules.ts';

const provider = providerAt('https://api.example.test');

function outbound(...headers: string[]): string[] {
  return outboundHeaders(requestTo(provider, { headers }));
}

describe('towards the provider', () => {
  test('headers keep their order and case, and the credential comes last', () => {
    assert.deepEqual(outbound('B', '1', 'a', '2', 'b', '3'), [
      'B',
      '1',
      'a',
      '2',
      'b',
      '3',
      'x-api-key',
      'key-of-the-provider',
    ]);
  });

  const dropped = [
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Proxy-Connection',
    'Proxy-Authorization',
    'Host',
    'Content-Length',
    'Expect',
    'HTTP2-Settings',
    'Authorization',
    'X-Api-Key',
    'api-key',
    'x-goog-api-key',
    'Cookie',
    'x-switchyard-key',
  ];
  for (const name of dropped) {
    test(`${name} of a request never passes`, () => {
      assert.deepEqual(outbound(name, 'value'), ['x-api-key', 'key-of-the-provider']);
    });
  }

  test('a credential with a line break is refused as unusable and its text kept out of the error', () => {
    for (const secret of ['sk-live\n', 'sk-live\r\nx-evil: 1', 'sk\0live']) {
      const credential = {
        ...credentialFor(provider),
        headers: [{ name: 'x-api-key', value: new Secret(secret) }],
      };
      assert.throws(
        () => outboundHeaders(requestTo(provider, { credential })),
        (error) =>
          error instanceof GatewayError &&
          error.code === 'upstream_credential_missing' &&
          !/live/u.test(error.message),
      );
    }
  });

  test('no name and no value can smuggle a line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        let headers: string[];
        try {
          headers = outbound(name, value);
        } catch (error) {
          return error instanceof GatewayError && error.code === 'internal';
        }
        return headers.every((part) => !/[\r\n\0]/u.test(part));
      }),
    );
  });
});

describe('back from the provider', () => {
  test('what Connection names is dropped with it, over several fields and in any case', () => {
    const raw = [
      'X-Keep',
      '1',
      'Connection',
      'close, X-One',
      'x-one',
      'a',
      'CONNECTION',
      'x-TWO',
      'X-Two',
      'b',
    ];
    assert.deepEqual(endToEndHeaders(raw), ['X-Keep', '1']);
  });

  test('buffers are read as Latin-1, pseudo headers vanish', () => {
    const raw = [':status', '200', Buffer.from('X-A'), Buffer.from([0xe9, 0xff])];
    assert.deepEqual(endToEndHeaders(raw), ['X-A', 'éÿ']);
  });

  test('everything that is not hop-by-hop comes back unchanged', () => {
    const name = fc.constantFrom('date', 'Content-Length', 'set-cookie', 'X-Request-Id', 'request-id');
    const pairs = fc.array(fc.tuple(name, fc.string()));
    fc.assert(
      fc.property(pairs, (headers) => {
        assert.deepEqual(endToEndHeaders(headers.flat()), headers.flat());
      }),
    );
  });
});
