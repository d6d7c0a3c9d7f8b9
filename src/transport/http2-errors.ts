/** What the end of an HTTP/2 stream means: which error it is, and whether the provider touched the request. */
import { constants } from 'node:http2';
import type { ErrorCode } from '../domain/errors.ts';
import { exchangeErrorCode, systemCode } from './socket-errors.ts';

export interface StreamEnd {
  /** The stream's own reset code, RFC 9113 §7. */
  readonly resetCode: number;
  readonly error: Error | undefined;
  /** The connection's GOAWAY names a last stream before this one. */
  readonly beyondGoaway: boolean;
}

export interface StreamFailure {
  readonly code: ErrorCode;
  /** RFC 9113 §8.7: REFUSED_STREAM and streams beyond GOAWAY were not processed and may be sent again. */
  readonly surelyNotSent: boolean;
}

/** Codes by which one side says that the other broke the protocol. */
const PROTOCOL_CODES = new Set<number>([
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_FLOW_CONTROL_ERROR,
  constants.NGHTTP2_FRAME_SIZE_ERROR,
  constants.NGHTTP2_COMPRESSION_ERROR,
  constants.NGHTTP2_INADEQUATE_SECURITY,
  constants.NGHTTP2_HTTP_1_1_REQUIRED,
]);

export function streamFailure({ resetCode, error, beyondGoaway }: StreamEnd): StreamFailure {
  const surelyNotSent =
    beyondGoaway ||
    resetCode === constants.NGHTTP2_REFUSED_STREAM ||
    resetCode === constants.NGHTTP2_HTTP_1_1_REQUIRED;
  // ERR_HTTP2_ERROR is nghttp2 rejecting what came in: often a server that does not speak HTTP/2 at all.
  const isProtocol = PROTOCOL_CODES.has(resetCode) || systemCode(error) === 'ERR_HTTP2_ERROR';
  if (isProtocol) return { code: 'upstream_protocol', surelyNotSent };
  return { code: error === undefined ? 'upstream_reset' : exchangeErrorCode(error), surelyNotSent };
}
