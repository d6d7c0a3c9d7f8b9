/** What an error means to a client; each format maps a kind to its own status and type. */
export type ErrorKind =
  | 'invalid_request'
  | 'authentication'
  | 'not_found'
  | 'method_not_allowed'
  | 'too_large'
  | 'headers_too_large'
  | 'unsupported_media'
  | 'upgrade_required'
  | 'misdirected'
  | 'forbidden'
  | 'conflict'
  | 'request_timeout'
  | 'rate_limit'
  | 'overloaded'
  | 'upstream'
  | 'timeout'
  | 'not_supported'
  | 'loop'
  | 'internal';

/** Who has to act. */
type Blame = 'client' | 'config' | 'gateway' | 'upstream';

export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly blame: Blame;
  /** Whether the same request may succeed later without a change; `false` also sends `x-should-retry: false`. */
  readonly retryable: boolean;
  /** What happened, for the reference page. */
  readonly meaning: string;
  /** What the reader can do about it. */
  readonly remedy: string;
}
