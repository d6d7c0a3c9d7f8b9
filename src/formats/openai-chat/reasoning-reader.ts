import { asNumber, asText, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { Opaque, OpaqueOrigin } from '../../domain/opaque.ts';

/**
 * Reads the reasoning of a message or its deltas, whatever the server calls it, and gathers OpenRouter's
 * `reasoning_details` so that they can go back unmodified and in order.
 */
export class ReasoningReader {
  readonly #origin: OpaqueOrigin;
  readonly #details: JsonObject[] = [];
  #text = false;

  constructor(origin: OpaqueOrigin) {
    this.#origin = origin;
  }

  /** New reasoning text; servers that send several fields send the same text in each, so one is read. */
  read(fields: JsonObject): string {
    const details = objectsIn(fields['reasoning_details']);
    for (const detail of details) this.#merge(detail);
    const text =
      asText(fields['reasoning_content']) ??
      asText(fields['reasoning']) ??
      details.map((detail) => asText(detail['text']) ?? asText(detail['summary']) ?? '').join('');
    if (text !== '') this.#text = true;
    return text;
  }

  /** What goes back to the issuer with the reasoning read so far; `undefined` when there was none since the last. */
  take(): Opaque | undefined {
    const details = this.#details.splice(0);
    const hadText = this.#text;
    this.#text = false;
    const isSealed = details.some((detail) => 'signature' in detail || 'data' in detail || 'id' in detail);
    if (isSealed) return { kind: 'details', origin: this.#origin, payload: JSON.stringify(details) };
    return hadText ? { kind: 'plain', origin: this.#origin, payload: '' } : undefined;
  }

  /** Sealed details that came after the reasoning they belong to was closed. */
  get hasLateDetails(): boolean {
    return !this.#text && this.#details.some((detail) => 'data' in detail || 'signature' in detail);
  }

  /** Pieces of one detail share an index and are joined; other fields count once they are known. */
  #merge(detail: JsonObject): void {
    const index = asNumber(detail['index']);
    const known =
      index === undefined
        ? undefined
        : this.#details.find((item) => item['index'] === index && item['type'] === detail['type']);
    if (known === undefined) {
      this.#details.push({ ...detail });
      return;
    }
    for (const [name, value] of Object.entries(detail)) {
      const before = known[name];
      const isText = name === 'text' || name === 'summary' || name === 'data';
      if (isText && typeof before === 'string' && typeof value === 'string') known[name] = before + value;
      else if (value !== undefined && value !== null) known[name] = value;
    }
  }
}
