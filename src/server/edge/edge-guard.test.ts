import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardEdge, type EdgeFacts } from './edge-guard.ts';

const base: EdgeFacts = {
  method: 'POST',
  httpVersion: '1.1',
  rawHeaders: ['Host', '127.0.0.1:8082'],
  allowedHosts: new Set(['127.0.0.1', 'localhost', '[::1]', 'box.lan']),
  allowedAuthorities: new Set(['localhost:9000']),
  port: 8082,
};

function codeOf(changes: Partial<EdgeFacts>): string | undefined {
  return guardEdge({ ...base, ...changes })?.code;
}

for (const host of [
  '127.0.0.1:8082',
  'localhost:8082',
  'LOCALHOST:8082',
  '[::1]:8082',
  'box.lan:8082',
  'localhost:9000',
]) {
  test(`the Host ${host} is ours`, () => {
    assert.equal(codeOf({ rawHeaders: ['Host', host] }), undefined);
  });
}

const foreignHosts = [
  'evil.com',
  'evil.com:8082',
  '127.0.0.1.nip.io:8082',
  'localhost.:8082',
  'localhost',
  '127.0.0.1:80',
  '127.0.0.1:8083',
  '127.0.0.2:8082',
  '0.0.0.0:8082',
  '2130706433:8082',
  '[::ffff:127.0.0.1]:8082',
  '[::1%25eth0]:8082',
  '[::1',
  'a/?x#',
  'localhost:8082/x',
  'localhost:8082#',
  'user@localhost:8082',
  'localhost:8082,evil.com',
  'localhost :8082',
  '',
  ' ',
];

for (const host of foreignHosts) {
  test(`the Host ${JSON.stringify(host)} is refused before anything else is looked at`, () => {
    assert.equal(codeOf({ rawHeaders: ['Host', host] }), 'host_not_allowed');
  });
}

test('a gateway on port 80 is called without a port', () => {
  assert.equal(codeOf({ port: 80, rawHeaders: ['Host', 'localhost'] }), undefined);
});

test('no Host and two Hosts are refused', () => {
  assert.equal(codeOf({ rawHeaders: [] }), 'bad_target');
  assert.equal(codeOf({ rawHeaders: ['Host', '127.0.0.1:8082', 'host', 'evil.com'] }), 'bad_target');
});

test('framing that HTTP/1.0 and GET do not have is refused', () => {
  const chunked = ['Host', '127.0.0.1:8082', 'Transfer-Encoding', 'chunked'];
  assert.equal(codeOf({ httpVersion: '1.0', rawHeaders: chunked }), 'bad_target');
  assert.equal(codeOf({ method: 'GET', rawHeaders: chunked }), 'bad_target');
  assert.equal(
    codeOf({ method: 'HEAD', rawHeaders: ['Host', '127.0.0.1:8082', 'Content-Length', '5'] }),
    'bad_target',
  );
  assert.equal(
    codeOf({ method: 'GET', rawHeaders: ['Host', '127.0.0.1:8082', 'Content-Length', '0'] }),
    undefined,
  );
  assert.equal(codeOf({ rawHeaders: chunked }), undefined);
});

test('versions other than 1.0 and 1.1 are refused', () => {
  for (const httpVersion of ['0.9', '2.0', '1.2']) assert.equal(codeOf({ httpVersion }), 'bad_target');
});

test('more than 128 header lines are refused', () => {
  const many = [
    'Host',
    '127.0.0.1:8082',
    ...Array.from({ length: 128 }, (_, index) => [`x-${index}`, '1']).flat(),
  ];
  assert.equal(codeOf({ rawHeaders: many }), 'too_many_headers');
});

const browsers: readonly (readonly [headers: string[], code: string | undefined])[] = [
  [['Origin', 'https://evil.com'], 'browser_refused'],
  [['Origin', 'null'], 'browser_refused'],
  [['Origin', 'http://localhost:3000'], 'browser_refused'],
  [['Origin', 'http://127.0.0.1:8082'], undefined],
  [['Sec-Fetch-Site', 'cross-site'], 'browser_refused'],
  [['Sec-Fetch-Site', 'same-site'], 'browser_refused'],
  [['Sec-Fetch-Site', 'same-origin'], undefined],
  [['Sec-Fetch-Site', 'none'], undefined],
  [['Sec-Fetch-Mode', 'cors'], undefined],
];

for (const [headers, code] of browsers) {
  test(`${headers.join(': ')} is ${code === undefined ? 'let through' : 'refused'}`, () => {
    assert.equal(codeOf({ rawHeaders: [...base.rawHeaders, ...headers] }), code);
  });
}
