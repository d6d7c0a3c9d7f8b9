import type { LiveEvent } from '../../contract/events.ts';

/** One event with its place in the order of this run. Its text is made once, however many read it. */
export class StampedEvent {
  readonly sequence: number;
  readonly event: LiveEvent;
  #frame: string | undefined;

  constructor(sequence: number, event: LiveEvent) {
    this.sequence = sequence;
    this.event = event;
  }

  /** The event as one frame of a server-sent event stream. */
  get frame(): string {
    const { event } = this;
    this.#frame ??= `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
    return this.#frame;
  }
}
