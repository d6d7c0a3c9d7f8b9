/**
 * Why a call of the admin API failed. `unreachable`: nothing answered. `foreign`: something else did.
 * `unauthorized`: the token is missing or wrong. `refused`: the gateway said no and why.
 */
export type AdminClientErrorKind = 'unreachable' | 'foreign' | 'unauthorized' | 'refused';

export class AdminClientError extends Error {
  readonly kind: AdminClientErrorKind;
  /** The gateway's own error code, where it said no. */
  readonly code: string | undefined;

  constructor(kind: AdminClientErrorKind, message: string, cause?: unknown, code?: string) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AdminClientError';
    this.kind = kind;
    this.code = code;
  }
}
