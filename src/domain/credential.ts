import type { Secret } from '../lib/secret.ts';
import type { Origin } from './origin.ts';

/**
 * What the caller sent to authenticate itself, taken off the request at the edge. Nothing but the credential
 * rule (`gateway/authorize.ts`) turns it into something that may leave the gateway.
 */
export interface CallerCredential {
  /** `oauth` is a Claude subscription's token; it belongs to api.anthropic.com alone. */
  readonly kind: 'oauth' | 'key';
  /** The headers as they came, name and value, in order. */
  readonly headers: readonly SecretHeader[];
}

export interface SecretHeader {
  readonly name: string;
  readonly value: Secret;
}

/** One outbound credential and the only origin it may be sent to. The transport refuses every other. */
export interface BoundCredential {
  readonly origin: Origin;
  /** Who it belongs to; `caller` names no key, so breakers and records can be keyed by it. */
  readonly owner: 'caller' | 'gateway' | 'none';
  readonly headers: readonly SecretHeader[];
}
