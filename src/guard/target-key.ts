/** Whose credential a request carries; `caller` stands for all callers' own ones, `gateway-2` for a second key. */
export type CredentialOwner = 'caller' | 'gateway' | 'none' | `gateway-${number}`;

/** What a breaker is about: one model at one provider, as reached with one kind of credential. */
export interface TargetKey {
  readonly provider: string;
  readonly owner: CredentialOwner;
  readonly model: string;
}

/** Provider names hold no blank, so that the three parts can be told apart again. */
export function keyText({ provider, owner, model }: TargetKey): string {
  return `${provider} ${owner} ${model}`;
}
