import type { EventEmitter } from 'node:events';
import { EXIT } from '../exit-code.ts';

export interface StopOptions {
  /** Takes no new requests, finishes the running ones, closes. */
  readonly stop: () => Promise<void>;
  /** Ends the running requests now, with an error. */
  readonly hurry: () => void;
  readonly exit: (code: number) => void;
  readonly note: (line: string) => void;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  readonly after: (milliseconds: number, act: () => void) => void;
  readonly signals: Pick<EventEmitter, 'on'>;
  /**
   * What SIGHUP asks of a service. Left out where the signal means that the terminal is closed: then it ends the
   * gateway as the others do.
   */
  readonly reload?: (() => void) | undefined;
}

/**
 * npm, a launcher and the terminal may each hand on the same Ctrl-C. Signals this close together are one: no
 * person presses twice so fast, and a supervisor waits for seconds. The process also stays that long: an echo
 * that comes while the runtime is being torn down would kill it, and an orderly stop would look like a crash.
 */
const ECHO_MS = 150;

/** After the second signal the process is gone within two seconds, whatever still runs. */
const HURRY_MS = 1_500;

/**
 * First signal: finish and end. Second signal: cut what runs and end.
 * @returns what the admin API calls to end the gateway as the first signal does
 */
export function stopOnSignals(options: StopOptions): () => void {
  let firstAt: number | undefined;
  let exitCode: number = EXIT.ok;
  const finish = async (reason: string): Promise<void> => {
    const startedAt = options.now();
    firstAt = startedAt;
    options.note(`${reason}: finishing running requests`);
    try {
      await options.stop();
    } catch (error) {
      options.note(`error: the gateway did not stop in order: ${String(error)}`);
      return options.exit(EXIT.failure);
    }
    const echoLeft = Math.max(0, startedAt + ECHO_MS - options.now());
    options.after(echoLeft, () => options.exit(exitCode));
  };
  if (options.reload !== undefined) options.signals.on('SIGHUP', options.reload);
  const ending = options.reload === undefined ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
  for (const signal of ending)
    options.signals.on(signal, () => {
      if (firstAt === undefined) {
        void finish(signal);
        return;
      }
      if (options.now() - firstAt < ECHO_MS) return;
      exitCode = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
      options.hurry();
      options.after(HURRY_MS, () => options.exit(exitCode));
    });
  return () => {
    if (firstAt === undefined) void finish('stop requested');
  };
}
