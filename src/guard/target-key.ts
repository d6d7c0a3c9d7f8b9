/** Whose credential a request carries; `caller` stands for all callers' own ones, `gateway-2` for a second key. */
export type CredentialOwner = 'caller' | 'gateway' | 'none' | `gateway-${number}`;

/** What a breaker is about: one model at one provider, as reached with one kind of credential. */
export interface TargetKey {
  readonly provider: string;
  /** The provider's own; a profile may give the name to another server. */
  readonly origin: string;
  readonly owner: CredentialOwner;
  readonly model: string;
}

/** Only models may hold a blank, so that the parts can be told apart. */
export function keyText({ provider, origin, owner, model }: TargetKey): string {
  return `${provider} ${origin} ${owner} ${model}`;
}
