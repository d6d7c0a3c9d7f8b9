/** What one file of a client is to become. Pure: bytes and edits in, bytes and a receipt out. */
import type { ClientFile } from './client-setup.ts';
import { ConnectRefused } from './connect-refused.ts';
import { editText, type KeyChange, type KeyEdit } from './edits/edit-text.ts';
import { BrokenText } from './edits/syntax.ts';
import { SYNTAXES } from './edits/syntaxes.ts';
import { bytesOf, textOf } from './files/text-of.ts';

export interface EditedFile {
  /** `undefined` where there was no file and nothing is to be written. */
  readonly bytes: Buffer | undefined;
  readonly changes: readonly KeyChange[];
}

export interface FileToEdit {
  readonly path: string;
  readonly syntax: ClientFile['syntax'];
  /** Without anything of ours in it; `undefined` where there is no file. */
  readonly original: Buffer | undefined;
  readonly edits: readonly KeyEdit[];
}

/** @throws ConnectRefused when the file cannot be read, or not be edited without harm */
export function planFile({ path, syntax, original, edits }: FileToEdit): EditedFile {
  const { text, marked } = original === undefined ? { text: '', marked: false } : textOf(path, original);
  const edited = explained(path, () => editText(SYNTAXES[syntax], text, edits));
  if (edited.changes.length === 0) return { bytes: original, changes: [] };
  return { bytes: bytesOf({ text: edited.text, marked }), changes: edited.changes };
}

/** Runs something that reads or edits a client's file, and says which file it was when it is refused. */
export function explained<Result>(path: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof BrokenText)) throw error;
    throw new ConnectRefused(
      `${path} cannot be edited: ${error.message}`,
      'put that right, or change it by hand; nothing was changed',
      error,
    );
  }
}
