import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { lazyModule } from '../../lib/lazy.ts';
import type * as OperatorLogs from '../../telemetry/logs/operator-log.ts';
import type { Environment } from '../terminal.ts';
import { ownLogFile, type LogFile } from './log-to-file.ts';

const STDERR = 2;

/** Where a gateway's log and lines go. */
export interface Output {
  /** Whether people read it as it comes. */
  readonly isTerminal: boolean;
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

/** What puts files aside, for those whose output goes to one. */
const loadLogs = lazyModule<typeof OperatorLogs>(import.meta.url, '../../telemetry/logs/operator-log.ts');

/** Standard error; where that is a file of ours, by a flag or by the environment, it is kept from growing without end. */
export function openOutput({ environment, settings, onError }: OutputInput): Output {
  const { stderr } = process;
  const file = ownLogFile() ?? namedFile(environment);
  if (file === undefined)
    return { isTerminal: stderr.isTTY, write: (line) => void stderr.write(line), check: () => undefined };
  const log = new (loadLogs().OperatorLog)({ ...file, settings, now: () => Date.now(), onError });
  return {
    isTerminal: false,
    write: (line) => {
      stderr.write(line);
      log.wrote(line.length);
    },
    check: () => log.check(),
  };
}

/** The file that standard error is said to be appended to, if it really is. */
function namedFile(environment: Environment): LogFile | undefined {
  const path = environment['SWITCHYARD_LOG_FILE'] ?? '';
  return path !== '' && loadLogs().writesTo(STDERR, path) ? { path, descriptor: STDERR } : undefined;
}
