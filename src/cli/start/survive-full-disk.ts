import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

type OutputStream = Pick<NodeJS.WriteStream, 'write'>;

const STDOUT = 1;
const STDERR = 2;

/**
 * From now on what a stream is given goes to this descriptor, at once. Text that the disk refuses is lost: Node would
 * end the program over it, and a gateway must not end because its log is full.
 */
export function writeTo(stream: OutputStream, descriptor: number): void {
  const write: NodeJS.WriteStream['write'] = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    try {
      if (typeof chunk === 'string') writeSync(descriptor, chunk);
      else writeSync(descriptor, chunk);
    } catch {
      // Whoever could be told of it would be told by this very stream.
    }
    const done = rest.find((each) => typeof each === 'function');
    done?.();
    return true;
  };
  stream.write = write;
}

/** Outputs that are files (a log that a shell or a background start opened) no longer end the program. */
export function surviveFullDisk(): void {
  if (isFile(STDOUT)) writeTo(process.stdout, STDOUT);
  if (isFile(STDERR)) writeTo(process.stderr, STDERR);
}

/** Pipes and terminals are written to by Node: they make the writer wait, and are never full. */
function isFile(descriptor: number): boolean {
  try {
    const file = fstatSync(descriptor);
    return !file.isFIFO() && !file.isSocket() && !isatty(descriptor);
  } catch {
    return false; // It is closed.
  }
}
