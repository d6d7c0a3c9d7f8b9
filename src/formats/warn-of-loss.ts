import type { AnswerPart } from '../domain/answer.ts';
import type { Format } from '../domain/format.ts';
import type { Citation } from '../domain/message-part.ts';
import type { WarningList } from '../domain/warning.ts';

/** Warns of what clients of the format are not shown, though the answer held it. */
export function warnOfLoss(part: AnswerPart, to: Format, warnings: WarningList): void {
  if (part.type === 'text') part.citations?.forEach((citation) => warnOfCitation(citation, to, warnings));
  if (!('vendor' in part) || part.vendor.format === to) return;
  warnings.add('answer_dropped', part.type, `A part ${part.name} of the answer has no counterpart.`);
}

/** Links mean something in every format but Anthropic's, whose citations only Anthropic can issue. */
export function warnOfCitation(citation: Citation, to: Format, warnings: WarningList): void {
  if (citation.vendor.format === to) return;
  if (citation.url !== undefined && to !== 'anthropic-messages') return;
  warnings.add('answer_dropped', 'citation', 'A citation of the answer has no counterpart.');
}
