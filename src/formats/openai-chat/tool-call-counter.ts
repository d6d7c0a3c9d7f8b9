import type { JsonObject } from '../foreign-json.ts';
import { countOf, listOf, objectOf, textOf } from '../foreign-json.ts';

/**
 * Counts the tool calls that begin in the chunks of a stream. Providers differ: some repeat id and name in every
 * fragment, some give all calls the index 0, some leave ids or indexes out; blank ids and names count as absent.
 */
export class ToolCallCounter {
  readonly #ids = new Set<string>();
  readonly #indexes = new Set<number>();
  #sawFunctionCall = false;

  /** How many calls begin in this delta (or, of a whole answer, stand in this message). */
  read(delta: JsonObject): number {
    let started = 0;
    for (const fragment of listOf(delta['tool_calls'])) if (this.#begins(objectOf(fragment))) started++;
    if (this.#beginsFunctionCall(delta)) started++;
    return started;
  }

  #begins(fragment: JsonObject): boolean {
    const id = textOf(fragment['id']);
    const index = countOf(fragment['index']);
    const name = nameOf(fragment);
    const knownIndex = index !== undefined && this.#indexes.has(index);
    const isKnown = id === undefined ? knownIndex : this.#ids.has(id);
    // A new id at a known index is a call of its own only with a name; some invent an id for every fragment.
    if (isKnown || (name === undefined && (id === undefined || knownIndex))) return false;
    if (id !== undefined) this.#ids.add(id);
    if (index !== undefined) this.#indexes.add(index);
    return true;
  }

  /** The deprecated form, of which an answer holds one at most. */
  #beginsFunctionCall(delta: JsonObject): boolean {
    if (this.#sawFunctionCall || textOf(objectOf(delta['function_call'])['name']) === undefined) return false;
    this.#sawFunctionCall = true;
    return true;
  }
}

function nameOf(fragment: JsonObject): string | undefined {
  return textOf(objectOf(fragment['function'])['name']) ?? textOf(objectOf(fragment['custom'])['name']);
}
