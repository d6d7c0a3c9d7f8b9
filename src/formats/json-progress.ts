/** Follows the text of one JSON value as it comes in pieces, and tells when the value is complete. */
export class JsonProgress {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #state: 'empty' | 'open' | 'complete' = 'empty';

  get state(): 'empty' | 'open' | 'complete' {
    return this.#state;
  }

  push(text: string): void {
    for (let index = 0; index < text.length; index += 1) this.#step(text.charCodeAt(index));
  }

  #step(code: number): void {
    if (this.#inString) {
      this.#stepInString(code);
      return;
    }
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return;
    this.#state = 'open';
    if (code === 0x22) this.#inString = true;
    else if (code === 0x7b || code === 0x5b) this.#depth += 1;
    else if (code === 0x7d || code === 0x5d) this.#close();
  }

  #stepInString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === 0x5c) this.#escaped = true;
    else if (code === 0x22) {
      this.#inString = false;
      if (this.#depth === 0) this.#state = 'complete';
    }
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth <= 0) this.#state = 'complete';
  }
}

/** Whether the text begins a fresh object or list: the sign of a new call where ids and indexes lie. */
export function startsStructure(text: string): boolean {
  const first = text.trimStart()[0];
  return first === '{' || first === '[';
}
