import type { Buffer } from 'node:buffer';
import { SseFrameScanner } from './sse-frame-scanner.ts';
import { readFrame } from './sse-frame.ts';

export interface SseEvent {
  /** The event's name; `undefined` when the frame has none. */
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * Decodes a whole event stream, indifferent to where its chunks split. Frames without data give no event.
 * A last frame that no blank line closes is given by `end()`: the standard drops it, servers rely on it.
 */
export class SseParser {
  #events: SseEvent[] = [];
  readonly #scanner: SseFrameScanner;

  /** @param maxFrameBytes larger frames are left out and counted in `oversizedFrames` */
  constructor(maxFrameBytes?: number) {
    this.#scanner = new SseFrameScanner(
      { wants: () => true, frame: (bytes, start, end) => this.#read(bytes, start, end) },
      maxFrameBytes,
    );
  }

  get oversizedFrames(): number {
    return this.#scanner.oversizedFrames;
  }

  /** The events this chunk completes, in order. */
  push(chunk: Buffer): SseEvent[] {
    this.#scanner.push(chunk);
    return this.#take();
  }

  /** The event that was still open when the stream ended, if any. */
  end(): SseEvent[] {
    this.#scanner.end();
    return this.#take();
  }

  #read(bytes: Buffer, start: number, end: number): void {
    const { event, data } = readFrame(bytes, start, end);
    if (data !== undefined && data !== '') this.#events.push({ event, data });
  }

  #take(): SseEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }
}
