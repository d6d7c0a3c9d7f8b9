/** Well-formed requests for things that are not done here: tunnels, echoes, upgrades, wrong methods. */
import { get, head, postBody, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

const HOST = 'Host: {host}';
const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

const tunnels = vectors(
  [405, 501],
  'No tunnels and no echoes: RFC 9110 §9.3.6 and §9.3.8 make them optional.',
  [
    ['CONNECT to another host', head('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443')],
    ['CONNECT to this host', head('CONNECT {host} HTTP/1.1', HOST)],
    ['TRACE', head('TRACE /v1/models HTTP/1.1', HOST)],
    ['TRACE of the root', head('TRACE / HTTP/1.1', HOST)],
  ],
);

const wrongMethods = vectors(
  405,
  'RFC 9110 §15.5.6: the path exists, the method does not.',
  ['GET', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'PURGE', 'MKCOL', 'LOCK'].map((method) => [
    `${method} on the Messages path`,
    head(`${method} /v1/messages HTTP/1.1`, HOST),
  ]),
);

const webSockets = vectors(426, 'Codex falls back to plain HTTP at once on 426 and on no other status.', [
  ['a WebSocket on the Responses path', get('/v1/responses', ...WEBSOCKET)],
  ['a WebSocket on the Responses path with a query', get('/v1/responses?a=b', ...WEBSOCKET)],
]);

const otherUpgrades = vectors(
  [400, 405, 426, 501],
  'No protocol is switched on this port, and nothing is sent on.',
  [
    ['a WebSocket on the Messages path', get('/v1/messages', ...WEBSOCKET)],
    ['a WebSocket on an unknown path', get('/socket', ...WEBSOCKET)],
    [
      'an upgrade to cleartext HTTP/2',
      get('/v1/messages', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    ],
    ['an upgrade to TLS', get('/v1/messages', 'Connection: Upgrade', 'Upgrade: TLS/1.0')],
  ],
);

const expectations = vectors(417, 'RFC 9110 §10.1.1: an expectation that is not understood is refused.', [
  ['an unknown expectation', postBody('{"model":"m"}', 'Expect: the-unexpected')],
]);

export const refusedVerbVectors: readonly Vector[] = [
  ...tunnels,
  ...wrongMethods,
  ...webSockets,
  ...otherUpgrades,
  ...expectations,
];
