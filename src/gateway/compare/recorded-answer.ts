import type { Buffer } from 'node:buffer';
import { GrowingBytes } from '../../lib/growing-bytes.ts';
import type { MeterInput } from '../attempt/metering-tap.ts';

/** Feeds a meter and keeps what it was fed. Of an answer that grows beyond the limit nothing is kept. */
export class RecordedAnswer implements MeterInput {
  readonly #meter: MeterInput;
  readonly #onOverflow: () => void;
  #kept: GrowingBytes | undefined;

  /** @param onOverflow called once, when the limit is passed */
  constructor(meter: MeterInput, limit: number, onOverflow: () => void = () => undefined) {
    this.#meter = meter;
    this.#onOverflow = onOverflow;
    this.#kept = new GrowingBytes(limit);
  }

  push(chunk: Buffer): void {
    this.#meter.push(chunk);
    if (this.#kept === undefined || this.#kept.append(chunk, 0, chunk.length)) return;
    this.#kept = undefined;
    this.#onOverflow();
  }

  end(): void {
    this.#meter.end();
  }

  /** Hands over what was kept, in memory of its own, which can go to another thread. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    return this.#kept?.take();
  }
}
