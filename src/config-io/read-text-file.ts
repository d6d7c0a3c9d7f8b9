import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Larger files are no configuration, no key and no certificate. */
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

export type TextFile =
  | { readonly kind: 'read'; readonly text: string; readonly openToOthers: boolean }
  | { readonly kind: 'absent' }
  /** `reason` continues a sentence: `it is a directory`. It never holds a part of the file. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads a small text file. Never throws, and never waits on something that is not a regular file. */
export async function readTextFile(path: string): Promise<TextFile> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await readHandle(handle);
  } catch (error) {
    return failure(error);
  } finally {
    await handle?.close();
  }
}

async function readHandle(handle: FileHandle): Promise<TextFile> {
  const stat = await handle.stat();
  if (!stat.isFile()) {
    return {
      kind: 'unreadable',
      reason: stat.isDirectory() ? 'it is a directory' : 'it is not a regular file',
    };
  }
  if (stat.size > LARGEST_FILE_BYTES) return { kind: 'unreadable', reason: 'it is larger than 4 MiB' };
  const text = decode(await handle.readFile());
  if (text === undefined) return { kind: 'unreadable', reason: 'it is not UTF-8 text' };
  const openToOthers = process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
  return { kind: 'read', text, openToOthers };
}

/** UTF-8, or UTF-16 with a byte order mark, which is what Windows PowerShell writes. */
function decode(bytes: Buffer): string | undefined {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function failure(error: unknown): TextFile {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
  if (code === 'EACCES' || code === 'EPERM')
    return { kind: 'unreadable', reason: 'this user may not read it' };
  if (code === 'EISDIR') return { kind: 'unreadable', reason: 'it is a directory' };
  return { kind: 'unreadable', reason: `the system says ${code}` };
}
