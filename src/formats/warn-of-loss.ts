import type { AnswerPart } from '../domain/answer.ts';
import type { Format } from '../domain/format.ts';
import type { WarningList } from '../domain/warning.ts';

/** Parts of an answer that only clients of the provider's own format are shown. */
export function warnOfLoss(part: AnswerPart, to: Format, warnings: WarningList): void {
  if (!('vendor' in part) || part.vendor.format === to) return;
  warnings.add('answer_dropped', part.type, `A part ${part.name} of the answer has no counterpart.`);
}
