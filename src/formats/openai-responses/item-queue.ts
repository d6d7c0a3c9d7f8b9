import type { JsonObject } from '../../domain/json-value.ts';
import type { ItemReader } from './item-readers.ts';

interface Entry {
  readonly index: number;
  readonly item: JsonObject;
  readonly waiting: { readonly type: string; readonly event: JsonObject }[];
  done: JsonObject | undefined;
}

/**
 * Brings the items of a stream into a row, though their events may come interleaved: the first unfinished item is
 * read live, the others wait for their turn.
 */
export class ItemQueue {
  readonly #entries: Entry[] = [];
  readonly #read: (item: JsonObject) => ItemReader;
  #active = 0;
  #reader: ItemReader | undefined;

  constructor(read: (item: JsonObject) => ItemReader) {
    this.#read = read;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether a call of this id has been told. */
  knowsCall(callId: string): boolean {
    return this.#entries.some((entry) => (entry.done ?? entry.item)['call_id'] === callId);
  }

  has(index: number | undefined): boolean {
    return this.#find(index) !== undefined;
  }

  add(index: number | undefined, item: JsonObject): void {
    this.#entries.push({ index: index ?? this.#entries.length, item, waiting: [], done: undefined });
    this.#open();
  }

  event(index: number | undefined, type: string, event: JsonObject): void {
    const entry = this.#find(index);
    if (entry === undefined || entry.done !== undefined) return;
    if (this.#entries[this.#active] === entry) this.#reader?.event(type, event);
    else entry.waiting.push({ type, event });
  }

  done(index: number | undefined, item: JsonObject): void {
    if (this.#find(index) === undefined) this.add(index, item);
    const entry = this.#find(index);
    if (entry === undefined || entry.done !== undefined) return;
    entry.done = item;
    this.#advance();
  }

  /** No event follows. @param finals the items of the closing response object, for those that never ended */
  end(finals: readonly JsonObject[]): void {
    for (const entry of this.#entries)
      entry.done ??= finals.find((item) => isSame(item, entry.item)) ?? entry.item;
    this.#advance();
  }

  /** The item at this index; without one the event means the latest. */
  #find(index: number | undefined): Entry | undefined {
    return index === undefined
      ? this.#entries.at(-1)
      : this.#entries.findLast((entry) => entry.index === index);
  }

  #open(): void {
    const entry = this.#entries[this.#active];
    if (entry === undefined || this.#reader !== undefined) return;
    const reader = this.#read(entry.item);
    this.#reader = reader;
    for (const { type, event } of entry.waiting) reader.event(type, event);
  }

  #advance(): void {
    for (;;) {
      const done = this.#entries[this.#active]?.done;
      if (done === undefined) return;
      this.#reader?.end(done);
      this.#reader = undefined;
      this.#active += 1;
      this.#open();
    }
  }
}

function isSame(left: JsonObject, right: JsonObject): boolean {
  if (left['type'] !== right['type']) return false;
  return left['call_id'] === undefined ? left['id'] === right['id'] : left['call_id'] === right['call_id'];
}
