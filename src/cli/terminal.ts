import { createPaint, type Paint } from '../telemetry/paint.ts';
import { wantsColor } from '../telemetry/wants-color.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command writes. Data goes to stdout and nothing else does, so that every output can be piped. */
export interface Terminal {
  readonly environment: Environment;
  /** One line of data on stdout. */
  readonly data: (line: string) => void;
  /** One line for the person on stderr. */
  readonly note: (line: string) => void;
  /** Colours for stdout, and for stderr: each stream is a terminal or not on its own. */
  readonly paintData: Paint;
  readonly paintNote: Paint;
  /** Characters a line of stdout has room for at this moment; `undefined` where it is no terminal. */
  readonly width: () => number | undefined;
}

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The terminal of this process, unless a test brings its own streams. */
export function openTerminal(
  streams: { stdout: Stream; stderr: Stream } = process,
  environment: Environment = process.env,
): Terminal {
  const paintFor = (stream: Stream): Paint =>
    createPaint({
      color: wantsColor({ setting: 'auto', isTerminal: stream.isTTY === true, environment }),
    });
  return {
    environment,
    data: (line) => void streams.stdout.write(`${line}\n`),
    note: (line) => void streams.stderr.write(`${line}\n`),
    paintData: paintFor(streams.stdout),
    paintNote: paintFor(streams.stderr),
    width: () => (streams.stdout.isTTY === true ? streams.stdout.columns : undefined),
  };
}

/** JSON for `--json`: indented, keys in the order of the schema. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
