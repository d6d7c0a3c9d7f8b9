/**
 * Turns "this child goes, that one stays" into deletions that take the right comma along, so that what remains
 * of the object or array is valid whichever children go and whatever white space stands between them.
 */
import { deletion } from './splice.ts';
import type { Edit } from './splice.ts';

/** Follows the children of one container in order. Edits made inside a child belong between its begin and end. */
export class JsonChildEdits {
  readonly #edits: Edit[];
  #start = 0;
  #end = 0;
  /** How many edits there were when the current child began. */
  #mark = 0;
  #kept = 0;
  #removed = 0;

  constructor(edits: Edit[]) {
    this.#edits = edits;
  }

  begin(start: number): void {
    if (this.#removed > 0 && this.#kept === 0) this.#edits.push(deletion(this.#start, start));
    this.#start = start;
    this.#mark = this.#edits.length;
  }

  keep(end: number): void {
    this.#kept++;
    this.#end = end;
  }

  /** The current child goes, and with it the edits made inside it. */
  remove(end: number): void {
    this.#edits.length = this.#mark;
    // Behind a child that stays, the comma in front goes along; in front of it, the comma behind (see begin).
    if (this.#kept > 0) this.#edits.push(deletion(this.#end, end));
    this.#removed++;
    this.#end = end;
  }

  /** The current child stays where it is, as other text. */
  replace(end: number, replacement: Buffer): void {
    this.#edits.length = this.#mark;
    this.#edits.push({ start: this.#start, end, replacement });
    this.keep(end);
  }

  /**
   * Call at the end of the container.
   * @returns whether it had children and all of them are gone
   */
  close(): boolean {
    const emptied = this.#removed > 0 && this.#kept === 0;
    if (emptied) this.#edits.push(deletion(this.#start, this.#end));
    return emptied;
  }
}
