/**
 * Gives the calls of a conversation ids and finds the call of each result. In this format ids are optional: without
 * one a result means the first unanswered call of its name.
 */
export class CallLedger {
  readonly #unanswered: { readonly id: string; readonly name: string }[] = [];
  readonly #ids = new Set<string>();

  /** @returns the call's id, made up from its place in the conversation where it has none */
  addCall(id: string | undefined, name: string): string {
    const own = id !== undefined && !this.#ids.has(id) ? id : `call_${this.#ids.size + 1}`;
    this.#ids.add(own);
    this.#unanswered.push({ id: own, name });
    return own;
  }

  /** Clients number results anew at times, so that an unknown id says nothing. */
  findCall(id: string | undefined, name: string): string {
    const byId = this.#unanswered.findIndex((call) => call.id === id);
    const at = byId === -1 ? this.#unanswered.findIndex((call) => call.name === name) : byId;
    const [call] = at === -1 ? [] : this.#unanswered.splice(at, 1);
    return call?.id ?? id ?? `call_of_${name}`;
  }
}
