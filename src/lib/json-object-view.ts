import { decodeString, stringStartsWith } from './json-string.ts';
import { BYTE } from './json-scanner.ts';
import type { Span } from './splice.ts';

/** Chosen members of one object, decoded only when asked for. Of a repeated name the last counts. */
export class JsonObjectView {
  readonly #bytes: Buffer;
  readonly #names: readonly string[];
  readonly #spans: (Span | undefined)[] = [];

  constructor(bytes: Buffer, names: readonly string[]) {
    this.#bytes = bytes;
    this.#names = names;
  }

  /** Notes where the value of the name with this index stands. */
  set(index: number, span: Span): void {
    this.#spans[index] = span;
  }

  /** The member's text, if it is a string. */
  text(name: string): string | undefined {
    const token = this.#stringToken(name);
    return token === undefined ? undefined : decodeString(this.#bytes, token);
  }

  /** Whether the member is a string that begins with this ASCII prefix; cheap for long texts. */
  startsWith(name: string, prefix: string): boolean {
    const token = this.#stringToken(name);
    return token !== undefined && stringStartsWith(this.#bytes, token, prefix);
  }

  #stringToken(name: string): Span | undefined {
    const span = this.#spans[this.#names.indexOf(name)];
    return span !== undefined && this.#bytes[span.start] === BYTE.quote ? span : undefined;
  }
}
