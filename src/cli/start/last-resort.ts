/** What the last resort needs of the process and the gateway. */
export interface LastResort {
  readonly process: Pick<NodeJS.Process, 'on'>;
  readonly note: (line: string) => void;
  readonly stop: () => Promise<void>;
  readonly exit: (code: number) => void;
}

const FAILURE = 1;

/**
 * An error that nothing caught leaves the program in a state nobody can vouch for: say what it was, let running
 * requests end, go. A service manager starts it again. A second one ends it at once.
 */
export function installLastResort({ process, note, stop, exit }: LastResort): void {
  let stopping = false;
  const leave = async (): Promise<void> => {
    stopping = true;
    try {
      await stop();
    } catch (failure) {
      note(`fatal: the gateway did not stop in order: ${String(failure)}`);
    }
    exit(FAILURE);
  };
  process.on('uncaughtException', (error) => {
    note(`fatal: ${error.stack ?? error.message}`);
    if (stopping) exit(FAILURE);
    else void leave();
  });
}
