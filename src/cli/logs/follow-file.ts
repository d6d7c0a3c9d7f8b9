import { open, stat, type FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 64 * 1024;

/** Reads a growing file line by line from an offset. Survives rotation: a file that shrank or was replaced starts anew. */
export class FollowedFile {
  readonly #path: string;
  #offset: number;
  #inode: number | undefined;
  #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(path: string, offset = 0) {
    this.#path = path;
    this.#offset = offset;
  }

  /** The whole lines that came since the last call. */
  async readNew(): Promise<string[]> {
    const file = await openIfThere(this.#path);
    if (file === undefined) return [];
    try {
      const { size, ino } = await file.stat();
      if (size < this.#offset || (this.#inode !== undefined && ino !== this.#inode)) this.#restart();
      this.#inode = ino;
      return await this.#readFrom(file);
    } finally {
      await file.close();
    }
  }

  async #readFrom(file: FileHandle): Promise<string[]> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    const lines: string[] = [];
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, this.#offset);
      if (bytesRead === 0) return lines;
      this.#offset += bytesRead;
      const parts = (this.#rest + this.#decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      this.#rest = parts.pop() ?? '';
      lines.push(...parts);
    }
  }

  #restart(): void {
    this.#offset = 0;
    this.#rest = '';
    this.#decoder = new StringDecoder('utf8');
  }
}

/** Where to begin so that at least the last `bytes` are read. */
export async function tailOffset(path: string, bytes: number): Promise<number> {
  try {
    return Math.max(0, (await stat(path)).size - bytes);
  } catch {
    return 0; // Not there yet: it will be read from its beginning.
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
