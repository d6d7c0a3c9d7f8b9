/** What one file of a client is without what was written into it. Pure: bytes in, bytes out. */
import { isBlank } from './edits/blank.ts';
import { revertText } from './edits/edit-text.ts';
import type { KeyPath } from './edits/syntax.ts';
import { SYNTAXES } from './edits/syntaxes.ts';
import { sha256 } from './files/receipt-store.ts';
import { bytesOf, textOf } from './files/text-of.ts';
import type { FileReceipt } from './receipt.ts';

export interface UndoneFile {
  /** `undefined` when there is to be no file. */
  readonly bytes: Buffer | undefined;
  /** Keys that somebody has changed since, so that they were left alone. */
  readonly kept: readonly KeyPath[];
}

/**
 * Untouched since, a file becomes the very bytes it was, or goes. Otherwise our keys are taken out one by one, each
 * only while it still holds what was written.
 * @param backup the bytes of before, where they are still kept
 * @throws BrokenText, ConnectRefused when the file can no longer be read
 */
export function undoFile(
  receipt: FileReceipt,
  current: Buffer | undefined,
  backup: Buffer | undefined,
): UndoneFile {
  if (current === undefined) return { bytes: undefined, kept: [] };
  const isUntouched = sha256(current) === receipt.after_sha256;
  if (isUntouched && receipt.before.kind === 'absent') return { bytes: undefined, kept: [] };
  if (isUntouched && backup !== undefined) return { bytes: backup, kept: [] };
  const syntax = SYNTAXES[receipt.syntax];
  const { text, marked } = textOf(receipt.path, current);
  const reverted = revertText(syntax, text, receipt.keys);
  const isOurs = receipt.before.kind === 'absent' && isBlank(syntax, reverted.text);
  return { bytes: isOurs ? undefined : bytesOf({ text: reverted.text, marked }), kept: reverted.kept };
}
