import type { Conversation } from '../../domain/conversation.ts';
import type { WarningList } from '../../domain/warning.ts';
import type { TranslationTarget } from '../codec.ts';
import { fitMedia } from './fit-media.ts';
import { flattenForeignParts } from './flatten-foreign-parts.ts';
import { mapToolIds } from './map-tool-ids.ts';
import { normaliseMessages } from './normalise-messages.ts';
import { placeSystemMessages } from './place-system-messages.ts';
import { repairToolResults } from './repair-tool-results.ts';
import { replayReasoning } from './replay-reasoning.ts';

/**
 * What every encoder does to the messages before it writes them: foreign parts in words, media that fit, reasoning to its issuer
 * only, instructions where the target takes them, one result per call, no empty turns, ids that fit.
 */
export function prepareMessages(
  conversation: Conversation,
  target: TranslationTarget,
  warnings: WarningList,
): Pick<Conversation, 'system' | 'messages'> {
  const flat = flattenForeignParts(conversation.messages, target.format, warnings);
  const own = replayReasoning(fitMedia(flat, target, warnings), target, warnings);
  const placed = placeSystemMessages({ ...conversation, messages: own }, target.quirks.midSystem);
  // Gaps are closed before results are matched, so that a turn that fell apart into messages is one again.
  const repaired = repairToolResults(normaliseMessages(placed.messages), warnings);
  const messages = mapToolIds(normaliseMessages(repaired), target.quirks.toolIds);
  return { system: placed.system.filter((part) => part.text.trim() !== ''), messages };
}
