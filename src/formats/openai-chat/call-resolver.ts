import { JsonProgress, startsStructure } from '../json-progress.ts';
import type { Opaque } from '../../domain/opaque.ts';

/** A piece of a tool call as it came; blank ids and names count as absent. */
export interface CallFragment {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly input: string;
  /** A custom tool's free text instead of JSON. */
  readonly isText: boolean;
  readonly opaque: Opaque | undefined;
}

/** A call being put together. */
export class PendingCall {
  readonly index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  readonly isText: boolean;
  opaque: Opaque | undefined;
  /** Everything received. */
  received = '';
  /** What has not been passed on yet. */
  unsent = '';
  readonly progress = new JsonProgress();

  constructor(fragment: CallFragment) {
    this.index = fragment.index;
    this.isText = fragment.isText;
  }

  get isComplete(): boolean {
    return !this.isText && this.progress.state === 'complete';
  }

  take(fragment: CallFragment): void {
    this.id ??= fragment.id;
    this.name ??= fragment.name;
    this.opaque ??= fragment.opaque;
    if (fragment.input === '') return;
    this.received += fragment.input;
    this.unsent += fragment.input;
    this.progress.push(fragment.input);
  }
}

/**
 * Finds out which call a fragment belongs to. Providers break every rule there is: index missing, null or always 0,
 * ids missing, repeated, blank or new in every fragment, names repeated.
 */
export class CallResolver {
  readonly calls: PendingCall[] = [];

  /** @returns the call the fragment went to; `undefined` when it repeats what has been said */
  take(fragment: CallFragment): PendingCall | undefined {
    const known = this.#find(fragment);
    if (known?.isComplete === true && fragment.input.trim() !== '') {
      // A complete call can take no more: the same again is an echo, anything structured is another call.
      if (fragment.input.trim() === known.received.trim()) return undefined;
      if (startsStructure(fragment.input)) return this.#start(fragment);
    }
    if (known === undefined) return this.#start(fragment);
    known.take(fragment);
    return known;
  }

  #find(fragment: CallFragment): PendingCall | undefined {
    if (fragment.id !== undefined) {
      const same = this.calls.filter((call) => call.id === fragment.id);
      if (same.length > 0) return pickSame(same, fragment);
    }
    if (fragment.index !== undefined) return this.#findByIndex(fragment, fragment.index);
    if (fragment.id !== undefined) return this.#findUnnamed(fragment);
    return fragment.name === undefined ? this.#findUnfinished() : this.#findNameless();
  }

  #findByIndex(fragment: CallFragment, index: number): PendingCall | undefined {
    const call = this.calls.findLast((item) => item.index === index);
    if (call === undefined || fragment.name === undefined || call.name === undefined) return call;
    const isNewId = fragment.id !== undefined && call.id !== undefined;
    const isNewName = fragment.name !== call.name;
    const startsAnew = isNewName || startsStructure(fragment.input);
    if (isNewId && (startsAnew || call.isComplete || call.received === '')) return undefined;
    return call.isComplete && startsAnew ? undefined : call;
  }

  /** An id nobody knows and no index: the rest of a call that has no id yet, or a new call. */
  #findUnnamed(fragment: CallFragment): PendingCall | undefined {
    if (fragment.name !== undefined) return this.#findNameless();
    const open = this.calls.filter((call) => call.id === undefined && !call.isComplete);
    return open.at(-1) ?? this.calls.findLast((call) => !call.isComplete);
  }

  #findUnfinished(): PendingCall | undefined {
    return this.calls.findLast((call) => !call.isComplete) ?? this.calls.at(-1);
  }

  #findNameless(): PendingCall | undefined {
    return this.calls.findLast((call) => call.name === undefined);
  }

  #start(fragment: CallFragment): PendingCall {
    const call = new PendingCall(fragment);
    call.take(this.calls.some((item) => item.id === fragment.id) ? { ...fragment, id: undefined } : fragment);
    this.calls.push(call);
    return call;
  }
}

/** One id on several calls: index and name decide, and a different name at a different index is a call of its own. */
function pickSame(same: readonly PendingCall[], fragment: CallFragment): PendingCall | undefined {
  const atIndex = same.find((call) => call.index === fragment.index);
  if (atIndex !== undefined) return atIndex;
  const last = same.at(-1);
  const isOther = fragment.index !== undefined && last?.index !== undefined && fragment.name !== undefined;
  return isOther && last.name !== fragment.name ? undefined : last;
}
