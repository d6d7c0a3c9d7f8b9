/**
 * The corpus of requests that must never reach an upstream. 21 kinds of them Node refuses by itself; the others
 * (two Hosts, odd Hosts, absolute-form targets, ambiguous paths, HTTP/0.9 and 2.0 lines, HTTP/1.0 with
 * Transfer-Encoding, bodies of GET) it accepts, so the gateway has to refuse them.
 */
import { bodyVectors } from './bodies.ts';
import { framingVectors } from './framing.ts';
import { headerVectors } from './header-lines.ts';
import { hostVectors } from './hosts.ts';
import { refusedVerbVectors } from './refused-verbs.ts';
import { requestLineVectors } from './request-lines.ts';
import { head, post, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

/** Everything that is answered at once. */
export const corpus: readonly Vector[] = [
  ...framingVectors,
  ...headerVectors,
  ...requestLineVectors,
  ...hostVectors,
  ...refusedVerbVectors,
  ...bodyVectors,
];

/** What is answered when a clock runs out: to be fired at a gateway with short client clocks. */
export const slowCorpus: readonly Vector[] = vectors(
  408,
  'RFC 9110 §15.5.9: a request that does not come to its end is given up.',
  [
    ['a head that stops in the request line', 'GET /v1/mod'],
    ['a head that stops in a header', 'GET /v1/models HTTP/1.1\r\nHost: {ho'],
    ['a head that stops before the empty line', 'GET /v1/models HTTP/1.1\r\nHost: {host}\r\n'],
    ['a body that stops', post(['Content-Length: 100'], '{"model":"m"')],
    ['a body that never begins', post(['Content-Length: 100'])],
    ['a chunk that stops', post(['Transfer-Encoding: chunked'], '10\r\n{"mo')],
    ['a body whose last chunk is missing', post(['Transfer-Encoding: chunked'], 'd\r\n{"model":"m"}\r\n')],
    [
      'an HTTP/1.0 body that stops',
      head('POST /v1/messages HTTP/1.0', 'Host: {host}', 'Content-Length: 9') + '{',
    ],
  ],
);
