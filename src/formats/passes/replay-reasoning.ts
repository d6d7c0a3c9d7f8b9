import type { Message } from '../../domain/conversation.ts';
import type { Part, ReasoningPart } from '../../domain/message-part.ts';
import { isFrom } from '../../domain/opaque.ts';
import type { WarningList } from '../../domain/warning.ts';
import type { TranslationTarget } from '../codec.ts';

/**
 * Keeps earlier reasoning, and the opaque values on tool calls, only where they go back to the provider and model
 * that issued them. Foreign reasoning is neither shown as text nor sent as a part: both mislead the model or are
 * refused.
 */
export function replayReasoning(
  messages: readonly Message[],
  target: TranslationTarget,
  warnings: WarningList,
): readonly Message[] {
  return messages.map((message, at) => ({
    role: message.role,
    parts: message.parts.flatMap((part): readonly Part[] => {
      if (part.type === 'reasoning')
        return keepReasoning(part, target, { warnings, path: `messages[${at}]` });
      if (part.type !== 'tool-call' || part.opaque === undefined || isFrom(part.opaque, target))
        return [part];
      const { opaque: _foreign, ...call } = part;
      return [call];
    }),
  }));
}

function keepReasoning(
  part: ReasoningPart,
  target: TranslationTarget,
  scope: { readonly warnings: WarningList; readonly path: string },
): readonly ReasoningPart[] {
  if (part.opaque !== undefined && isFrom(part.opaque, target)) return [part];
  if (part.opaque?.origin === undefined && isVouchedFor(part, target)) return [part];
  scope.warnings.add(
    'reasoning_dropped',
    scope.path,
    'Earlier reasoning of another provider or model was left out.',
  );
  return [];
}

/** A bare signature that this gateway saw the same provider issue. */
function isVouchedFor(part: ReasoningPart, target: TranslationTarget): boolean {
  if (part.opaque === undefined || part.opaque.payload === '') return false;
  return target.isOwnSignature?.(part.opaque.payload) ?? false;
}
