import type { EventEmitter } from 'node:events';
import { EXIT } from '../exit-code.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type StopSignal = (typeof SIGNALS)[number];

export interface SignalStopOptions {
  /** Takes no new requests, finishes the running ones, closes. */
  readonly stop: (reason: StopSignal) => Promise<void>;
  readonly exit: (code: number) => void;
  readonly note: (line: string) => void;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  readonly signals: Pick<EventEmitter, 'on'>;
}

/**
 * npm, a launcher and the terminal may each hand on the same Ctrl-C. Signals this close together are one: no
 * person presses twice so fast, and a supervisor waits for seconds.
 */
const ECHO_MS = 150;

/** First signal: finish and end. Second signal: end now. */
export function stopOnSignals(options: SignalStopOptions): void {
  let firstAt: number | undefined;
  for (const signal of SIGNALS)
    options.signals.on(signal, () => {
      const now = options.now();
      if (firstAt !== undefined && now - firstAt < ECHO_MS) return;
      if (firstAt !== undefined) {
        options.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
        return;
      }
      firstAt = now;
      void finish(options, signal);
    });
}

async function finish({ stop, exit, note }: SignalStopOptions, signal: StopSignal): Promise<void> {
  note(`${signal}: finishing running requests; once more to stop at once`);
  try {
    await stop(signal);
    exit(EXIT.ok);
  } catch (error) {
    note(
      `error: the gateway did not stop in order: ${error instanceof Error ? error.message : String(error)}`,
    );
    exit(EXIT.failure);
  }
}
