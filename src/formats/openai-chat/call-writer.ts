import { asObject } from '../../domain/json-value.ts';
import type { BlockWriter } from '../block-writer.ts';
import { parseJson } from '../parse-body.ts';
import type { CallFragment, PendingCall } from './call-resolver.ts';
import { CallResolver } from './call-resolver.ts';

/**
 * Writes the calls of a stream one after the other, though their pieces may come interleaved: the first unfinished
 * call is passed on live, the others wait for their turn.
 */
export class CallWriter {
  readonly #resolver = new CallResolver();
  readonly #blocks: BlockWriter;
  readonly #newId: () => string;
  readonly #ids = new Set<string>();
  #active = 0;
  #isOpen = false;

  constructor(blocks: BlockWriter, newId: () => string) {
    this.#blocks = blocks;
    this.#newId = newId;
  }

  /** Whether any call has begun, written or waiting. */
  get hasCalls(): boolean {
    return this.#resolver.calls.length > 0;
  }

  push(fragment: CallFragment): void {
    this.#resolver.take(fragment);
    this.#advance(false);
  }

  /** The name of a call whose arguments are no JSON object; one cut off by the output limit is not meant. */
  get broken(): string | undefined {
    const broken = this.#resolver.calls.find((call) => !call.isText && !isObjectText(call.received));
    return broken === undefined ? undefined : (broken.name ?? 'without a name');
  }

  /** No fragment follows: everything that waits is written. */
  end(): void {
    this.#advance(true);
  }

  #advance(isLast: boolean): void {
    for (;;) {
      const call = this.#resolver.calls[this.#active];
      if (call === undefined) return;
      if (call.name === undefined && !isLast) return;
      this.#write(call, isLast);
      const hasNext = this.#active + 1 < this.#resolver.calls.length;
      if (!isLast && !(hasNext && call.isComplete)) return;
      this.#finish();
    }
  }

  #write(call: PendingCall, isLast: boolean): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#blocks.startCall({
        id: this.#idFor(call),
        name: call.name ?? '',
        input: call.isText ? 'text' : 'json',
        ...(call.opaque === undefined ? {} : { opaque: call.opaque }),
      });
    }
    // "null" and blanks mean no arguments, and are told as such: they wait until it is clear what they begin.
    if (!call.isText && isNothingYet(call.received)) {
      if (isLast && call.received.trim() !== '' && call.received.trim() !== 'null') this.#send(call);
      return;
    }
    this.#send(call);
  }

  #send(call: PendingCall): void {
    this.#blocks.callInput(call.unsent);
    call.unsent = '';
  }

  #finish(): void {
    this.#blocks.close();
    this.#isOpen = false;
    this.#active += 1;
  }

  #idFor(call: PendingCall): string {
    const id = call.id !== undefined && !this.#ids.has(call.id) ? call.id : `call_${this.#newId()}`;
    this.#ids.add(id);
    return id;
  }
}

function isObjectText(text: string): boolean {
  return isNothingYet(text) || asObject(parseJson(text)) !== undefined;
}

function isNothingYet(text: string): boolean {
  return 'null'.startsWith(text.trim());
}
