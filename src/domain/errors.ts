/**
 * Every error the gateway itself can answer with: one closed set of codes, one table. A format's `errors.ts`
 * turns a code's kind into its vendor's envelope and status; `docs/generated/errors.md` is written from here.
 */
import { ADMIN_ERRORS } from './admin-errors.ts';
import type { ErrorKind, ErrorRow } from './error-row.ts';

export type { ErrorKind, ErrorRow };

export const ERROR_TABLE = {
  malformed_body: {
    kind: 'invalid_request',
    blame: 'client',
    retryable: false,
    meaning: 'The request body is not a JSON object in UTF-8, or is nested too deeply.',
    remedy: 'Send one JSON object, encoded as UTF-8.',
  },
  model_missing: {
    kind: 'invalid_request',
    blame: 'client',
    retryable: false,
    meaning: 'The request body has no top-level "model" string, so there is nothing to route by.',
    remedy: 'Name a model in the request, or force one with --model.',
  },
  body_too_large: {
    kind: 'too_large',
    blame: 'client',
    retryable: false,
    meaning: 'The request body, or what it inflates to, is larger than the limit.',
    remedy: 'Shorten the request, or raise server.max_body_bytes.',
  },
  body_timeout: {
    kind: 'request_timeout',
    blame: 'client',
    retryable: true,
    meaning: 'The request body came too slowly.',
    remedy: 'Check the network between the client and the gateway.',
  },
  unsupported_encoding: {
    kind: 'unsupported_media',
    blame: 'client',
    retryable: false,
    meaning: 'The Content-Encoding of the request body is unknown, stacked or broken.',
    remedy: 'Send the body plain, or with one of gzip, deflate, br, zstd.',
  },
  capability_rejected: {
    kind: 'invalid_request',
    blame: 'client',
    retryable: false,
    meaning:
      'The request relies on a field that the chosen provider does not know and that must not vanish silently.',
    remedy: 'Send the request without the named field, or let its beta pass in the filters of that provider.',
  },
  unknown_profile: {
    kind: 'not_found',
    blame: 'client',
    retryable: false,
    meaning: 'The path begins with /p/NAME, and the configuration has no profile of this name.',
    remedy: 'Correct the base URL of the client; `switchyard profile list` names the profiles.',
  },
  unknown_path: {
    kind: 'not_found',
    blame: 'client',
    retryable: false,
    meaning: 'The path is not one of the gateway and forwarding of other paths is off.',
    remedy: 'Check the base URL of the client, or set passthrough.fallback to true.',
  },
  no_such_pair: {
    kind: 'not_found',
    blame: 'client',
    retryable: false,
    meaning: 'No pair of compared answers is kept for this request.',
    remedy:
      'Take the id from `switchyard compare list`; a pair is kept when both answers have ended, and for compare.keep_days days.',
  },
  mode_not_allowed: {
    kind: 'forbidden',
    blame: 'client',
    retryable: false,
    meaning: 'The gateway was not allowed at launch to be switched to this mode.',
    remedy: 'Start it with --allow-anthropic-only, or choose target or compare.',
  },
  bad_target: {
    kind: 'invalid_request',
    blame: 'client',
    retryable: false,
    meaning: 'The request target is not a plain path.',
    remedy: 'Send an origin-form path without encoded slashes, dot segments or backslashes.',
  },
  too_many_headers: {
    kind: 'headers_too_large',
    blame: 'client',
    retryable: false,
    meaning: 'The request has more header lines than the gateway accepts.',
    remedy: 'Send fewer headers.',
  },
  method_not_allowed: {
    kind: 'method_not_allowed',
    blame: 'client',
    retryable: false,
    meaning: 'The path exists, but not for this method.',
    remedy: 'Use the method named in the Allow header.',
  },
  websocket_refused: {
    kind: 'upgrade_required',
    blame: 'client',
    retryable: false,
    meaning: 'WebSocket transport is not offered; plain HTTP with server-sent events is.',
    remedy: 'Nothing: clients such as Codex fall back to HTTP by themselves.',
  },
  host_not_allowed: {
    kind: 'misdirected',
    blame: 'client',
    retryable: false,
    meaning: 'The Host header is not an address of this gateway: a page may be rebinding DNS.',
    remedy: 'Call the gateway by its own address, or add the name to server.allowed_hosts.',
  },
  browser_refused: {
    kind: 'forbidden',
    blame: 'client',
    retryable: false,
    meaning: 'A web page of another origin tried to call the gateway.',
    remedy: 'Call the gateway from a program, not from a page.',
  },
  client_key_required: {
    kind: 'authentication',
    blame: 'client',
    retryable: false,
    meaning: 'The gateway listens beyond loopback and the request carries no valid client key.',
    remedy: 'Send the key in x-switchyard-key, or as x-api-key or Bearer with its prefix sy-.',
  },
  client_key_limit: {
    kind: 'rate_limit',
    blame: 'client',
    retryable: true,
    meaning:
      'The client key has reached one of its limits: requests a minute, requests at once, tokens a day.',
    remedy:
      'Try again after the time in Retry-After, or make a key with other limits: switchyard keys create.',
  },
  credential_not_for_origin: {
    kind: 'invalid_request',
    blame: 'config',
    retryable: false,
    meaning: 'The credential of the caller may not be sent to the chosen provider.',
    remedy: 'Give that provider a credential of its own in the configuration.',
  },
  upstream_credential_missing: {
    kind: 'upstream',
    blame: 'config',
    retryable: false,
    meaning: 'The chosen provider has no usable credential.',
    remedy: 'Set the environment variable or file that the provider names as its secret.',
  },
  unknown_provider: {
    kind: 'internal',
    blame: 'config',
    retryable: false,
    meaning: 'A route names a provider that is not configured.',
    remedy: 'Run `switchyard config check`.',
  },
  format_not_supported: {
    kind: 'invalid_request',
    blame: 'config',
    retryable: false,
    meaning:
      'The client and the chosen provider speak different wire formats and no translation is available.',
    remedy: 'Route this model to a provider of the same format.',
  },
  count_tokens_rejected: {
    kind: 'not_supported',
    blame: 'config',
    retryable: false,
    meaning: 'The chosen provider cannot count tokens and estimates are switched off.',
    remedy:
      'Set count_tokens to "estimate" for that provider; clients fall back to an estimate of their own.',
  },
  loop_detected: {
    kind: 'loop',
    blame: 'config',
    retryable: false,
    meaning: 'The request came back to a gateway it had already passed, or the upstream is this gateway.',
    remedy: 'Point base_url at the provider, not at the gateway.',
  },
  draining: {
    kind: 'overloaded',
    blame: 'gateway',
    retryable: true,
    meaning: 'The gateway is shutting down and takes no new requests.',
    remedy: 'Try again in a moment.',
  },
  too_many_requests: {
    kind: 'overloaded',
    blame: 'gateway',
    retryable: true,
    meaning: 'The gateway already holds as many requests as it may.',
    remedy: 'Try again after the time in Retry-After, or raise server.max_exchanges.',
  },
  upstream_unreachable: {
    kind: 'upstream',
    blame: 'upstream',
    retryable: true,
    meaning: 'No connection to the provider could be made: name not found, refused or unreachable.',
    remedy: 'Check the network and the base_url of the provider.',
  },
  upstream_connect_timeout: {
    kind: 'timeout',
    blame: 'upstream',
    retryable: true,
    meaning: 'The TCP connection to the provider took longer than clocks.connect.',
    remedy: 'Check the network, the outbound proxy and the base_url of the provider.',
  },
  upstream_tls: {
    kind: 'upstream',
    blame: 'upstream',
    retryable: true,
    meaning: 'The TLS handshake with the provider failed: certificate or protocol.',
    remedy: 'Check the certificate; a private authority goes into ca_file or NODE_EXTRA_CA_CERTS.',
  },
  upstream_tls_timeout: {
    kind: 'timeout',
    blame: 'upstream',
    retryable: true,
    meaning: 'The TLS handshake with the provider took longer than clocks.tls.',
    remedy: 'Try again; if it lasts, check what stands between the gateway and the provider.',
  },
  upstream_headers_timeout: {
    kind: 'timeout',
    blame: 'upstream',
    retryable: true,
    meaning: 'The provider did not begin to answer within its response-header clock.',
    remedy: 'Raise clocks.headers_stream or clocks.headers_whole for slow models.',
  },
  upstream_first_event_timeout: {
    kind: 'timeout',
    blame: 'upstream',
    retryable: true,
    meaning: 'The provider sent headers but no content within clocks.first_event.',
    remedy: 'Raise clocks.first_event for slow models.',
  },
  upstream_idle_timeout: {
    kind: 'timeout',
    blame: 'upstream',
    retryable: true,
    meaning: 'The provider fell silent in the middle of an answer for longer than clocks.idle.',
    remedy: 'Raise clocks.idle for slow models.',
  },
  upstream_total_timeout: {
    kind: 'timeout',
    blame: 'upstream',
    retryable: true,
    meaning: 'The answer as a whole took longer than its total clock.',
    remedy: 'Raise clocks.total_stream or clocks.total_whole.',
  },
  upstream_reset: {
    kind: 'upstream',
    blame: 'upstream',
    retryable: true,
    meaning: 'The provider closed the connection before its answer was complete.',
    remedy: 'Try again.',
  },
  upstream_error_event: {
    kind: 'upstream',
    blame: 'upstream',
    retryable: true,
    meaning: 'The provider began to answer with status 200 and told an error of its own inside the answer.',
    remedy: 'Try again; `switchyard req` names the error as the reason why the answer stopped.',
  },
  upstream_protocol: {
    kind: 'upstream',
    blame: 'upstream',
    retryable: true,
    meaning: 'The provider sent something that is not HTTP, or not what it announced.',
    remedy: 'Check that base_url points at the API, not at a web page.',
  },
  upstream_rate_limited: {
    kind: 'rate_limit',
    blame: 'upstream',
    retryable: true,
    meaning: 'Every target of the route refused the request because of a limit.',
    remedy: 'Try again after the time in Retry-After, or add a target to the route.',
  },
  upstream_overloaded: {
    kind: 'overloaded',
    blame: 'upstream',
    retryable: true,
    meaning: 'Every target of the route was overloaded, failed, or is being left alone after failures.',
    remedy: 'Try again after the time in Retry-After; `switchyard breakers` shows what is left alone.',
  },
  upstream_refused: {
    kind: 'upstream',
    blame: 'upstream',
    retryable: true,
    meaning: 'No target of the route took the request: an unknown model, a refused key, an empty account.',
    remedy: 'The message names the last one; check its model and its credential.',
  },
  copy_too_long: {
    kind: 'too_large',
    blame: 'config',
    retryable: false,
    meaning: 'The answer to a copy that was to be compared is longer than what is kept. No client saw it.',
    remedy: 'Raise compare.answer_bytes.',
  },
  provider_busy: {
    kind: 'overloaded',
    blame: 'gateway',
    retryable: true,
    meaning:
      'The provider already gets as many requests as its limits allow, and the queue is full or too slow.',
    remedy: 'Try again after the time in Retry-After, or raise limits of that provider.',
  },
  local_resource: {
    kind: 'overloaded',
    blame: 'gateway',
    retryable: true,
    meaning: 'This machine ran out of ports, files or memory.',
    remedy: 'Raise the limit of open files, or lower the load.',
  },
  internal: {
    kind: 'internal',
    blame: 'gateway',
    retryable: true,
    meaning: 'A defect of the gateway.',
    remedy: 'Look the exchange id up in the log and report it.',
  },
  ...ADMIN_ERRORS,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** An error the gateway answers with. Its message names what was attempted, on what, and is safe to show. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which a retry makes sense; sent as Retry-After. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.retryAfter = options.retryAfter;
  }

  get row(): ErrorRow {
    return ERROR_TABLE[this.code];
  }
}

/** Turns whatever was thrown into one of ours; the unlisted become `internal` and keep their text as cause. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('internal', 'The gateway failed while handling this request.', { cause: thrown });
}
