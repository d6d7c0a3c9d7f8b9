/** Receipts and backups in the state directory, readable by their owner alone: settings may hold secrets. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectRefused } from '../connect-refused.ts';
import { receiptSchema, type Receipt } from '../receipt.ts';

export class ReceiptStore {
  readonly #directory: string;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'connect');
  }

  /** @throws ConnectRefused when there is one that cannot be understood: guessing would harm */
  read(client: string): Receipt | undefined {
    const file = this.#fileOf(client);
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    try {
      return receiptSchema.parse(JSON.parse(text.toString('utf8')));
    } catch (error) {
      throw new ConnectRefused(
        `the receipt ${file} cannot be read`,
        `take the keys out of the client's file by hand, then remove ${file}`,
        error,
      );
    }
  }

  write(receipt: Receipt): void {
    this.#put(`${receipt.client}.json`, `${JSON.stringify(receipt, null, 2)}\n`);
  }

  /** Keeps the bytes of a file. @returns the name to find them by */
  keep(client: string, bytes: Buffer): string {
    const name = `${client}.${sha256(bytes).slice(0, 12)}.backup`;
    this.#put(name, bytes);
    return name;
  }

  /** The kept bytes; `undefined` when somebody removed or changed them. */
  kept(name: string, expected: string): Buffer | undefined {
    const bytes = readIfThere(join(this.#directory, name));
    return bytes !== undefined && sha256(bytes) === expected ? bytes : undefined;
  }

  /** Removes the receipt of a client and everything that was kept for it. */
  forget(client: string): void {
    rmSync(this.#fileOf(client), { force: true });
    this.prune(client, []);
  }

  /** Removes what was kept for a client, but for what is still in use. */
  prune(client: string, inUse: readonly string[]): void {
    for (const name of listIfThere(this.#directory))
      if (name.startsWith(`${client}.`) && name.endsWith('.backup') && !inUse.includes(name))
        rmSync(join(this.#directory, name), { force: true });
  }

  #fileOf(client: string): string {
    return join(this.#directory, `${client}.json`);
  }

  #put(name: string, content: string | Buffer): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const file = join(this.#directory, name);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, content, { mode: 0o600, flush: true });
    renameSync(draft, file);
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function listIfThere(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
