/** Names that are not ours: DNS rebinding, confusion of authorities, web pages of other origins. */
import { get, head, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

const foreign = vectors(
  421,
  'RFC 9110 §7.4: a Host that is not an address of this gateway, well-formed or not, is misdirected.',
  [
    'evil.example',
    'evil.example:{port}',
    'localhost.evil.example:{port}',
    '127.0.0.1.nip.io:{port}',
    'localhost.:{port}',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:{port}0',
    '127.0.0.1:0{port}',
    '127.0.0.1:+{port}',
    '127.0.0.1:abc',
    '127.0.0.1:',
    '127.0.0.1:{port}:{port}',
    '0.0.0.0:{port}',
    '127.1:{port}',
    '0x7f.0.0.1:{port}',
    '0177.0.0.1:{port}',
    '2130706433:{port}',
    '[::ffff:127.0.0.1]:{port}',
    '[::1%25lo]:{port}',
    '[::1',
    '::1:{port}',
    '169.254.169.254',
    'metadata.google.internal',
    'api.anthropic.com',
    'api.anthropic.com:443',
    'a/?x#',
    '{host}/x',
    '{host}?x',
    '{host}#x',
    '{host}\\x',
    'user@{host}',
    '{host}@evil.example',
    '{host},evil.example',
    '{host} evil.example',
    'http://{host}',
    '*',
    ':{port}',
    '',
    'loc%61lhost:{port}',
    'l\xf6calhost:{port}',
  ].map((host) => [`Host ${JSON.stringify(host)}`, head('GET /v1/models HTTP/1.1', `Host: ${host}`)]),
);

const several = vectors(400, 'RFC 9112 §3.2: more than one Host header is malformed.', [
  ['two equal Hosts', head('GET /v1/models HTTP/1.1', 'Host: {host}', 'Host: {host}')],
  ['a foreign Host behind ours', head('GET /v1/models HTTP/1.1', 'Host: {host}', 'Host: evil.example')],
  ['a foreign Host before ours', head('GET /v1/models HTTP/1.1', 'Host: evil.example', 'Host: {host}')],
  ['two Hosts in different case', head('GET /v1/models HTTP/1.1', 'Host: {host}', 'hOST: {host}')],
]);

const pages = vectors(
  403,
  'A browser is being used against its user: pages of other origins have no business here.',
  [
    ['Origin of another site', get('/v1/models', 'Origin: https://evil.example')],
    ['Origin null', get('/v1/models', 'Origin: null')],
    ['Origin of another port', get('/v1/models', 'Origin: http://127.0.0.1:1')],
    ['Origin that only begins like ours', get('/v1/models', 'Origin: http://{host}.evil.example')],
    ['Sec-Fetch-Site cross-site', get('/v1/models', 'Sec-Fetch-Site: cross-site')],
    ['Sec-Fetch-Site same-site', get('/v1/models', 'Sec-Fetch-Site: same-site')],
    ['Sec-Fetch-Site of an unknown word', get('/v1/models', 'Sec-Fetch-Site: whatever')],
  ],
);

export const hostVectors: readonly Vector[] = [...foreign, ...several, ...pages];
