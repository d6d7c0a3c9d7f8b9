import { asText, type JsonObject } from '../../domain/json-value.ts';
import { type Opaque, unwrapOpaque } from '../../domain/opaque.ts';

/**
 * What Google documents for calls that no Gemini model made, where newer models demand a signature
 * (https://ai.google.dev/gemini-api/docs/thought-signatures, read 2026-11).
 */
export const DUMMY_SIGNATURE = 'skip_thought_signature_validator';

/** The signature of a part a client sends back. */
export function readSignature(part: JsonObject): Opaque | undefined {
  const value = asText(part['thoughtSignature']);
  return value === undefined || value === DUMMY_SIGNATURE
    ? undefined
    : unwrapOpaque(value, 'thought-signature');
}

/** From the third generation on, calls of the turn under way must be signed. */
export function demandsSignatures(model: string): boolean {
  return /gemini/i.test(model) && !/gemini-[12](?!\d)/i.test(model);
}
