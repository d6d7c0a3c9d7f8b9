import { createHash } from 'node:crypto';
import { Lru } from '../../lib/lru.ts';

/**
 * Remembers which provider issued a thinking signature, so that a conversation which changes provider does not
 * carry signatures to somebody who must reject them. Holds hashes only; lost on restart.
 */
export class SignatureMemory {
  readonly #issuers: Lru<string, string>;
  readonly #providers = new Set<string>();

  /** @param capacity how many signatures are remembered */
  constructor(capacity = 20_000) {
    this.#issuers = new Lru(capacity);
  }

  remember(signatures: readonly string[], provider: string): void {
    if (signatures.length === 0) return;
    this.#providers.add(provider);
    for (const signature of signatures) this.#issuers.set(hash(signature), provider);
  }

  /** Whether any provider but this one has issued a signature since start: else nothing needs to be looked at. */
  hasOthersThan(provider: string): boolean {
    return this.#providers.size > (this.#providers.has(provider) ? 1 : 0);
  }

  /** Whether this provider has issued any. */
  knows(provider: string): boolean {
    return this.#providers.has(provider);
  }

  issuerOf(signature: string): string | undefined {
    return this.#issuers.get(hash(signature));
  }
}

function hash(signature: string): string {
  return createHash('sha256').update(signature).digest('base64');
}
