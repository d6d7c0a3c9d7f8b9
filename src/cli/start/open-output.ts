import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { OperatorLog, writesTo } from '../../telemetry/logs/operator-log.ts';
import type { Environment } from '../terminal.ts';

const STDERR = 2;

/** Where a gateway's log and lines go. */
export interface Output {
  /** One whole line with its newline. */
  readonly write: (line: string) => void;
  /** Puts the file of an earlier day aside, and one that has grown too large. */
  readonly check: () => void;
}

export interface OutputInput {
  readonly environment: Environment;
  readonly settings: () => ConfigSnapshot['log'];
  readonly onError: (error: unknown) => void;
}

/** Standard error; where it is the file that the environment names, that is kept from growing without end. */
export function openOutput({ environment, settings, onError }: OutputInput): Output {
  const { stderr } = process;
  const path = environment['SWITCHYARD_LOG_FILE'];
  if (path === undefined || path === '' || !writesTo(STDERR, path))
    return { write: (line) => void stderr.write(line), check: () => undefined };
  const log = new OperatorLog({ path, descriptor: STDERR, settings, now: () => Date.now(), onError });
  return {
    write: (line) => {
      stderr.write(line);
      log.wrote(line.length);
    },
    check: () => log.check(),
  };
}
