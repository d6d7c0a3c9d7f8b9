import type { Conversation, Extra } from '../../domain/conversation.ts';
import type { Format } from '../../domain/format.ts';
import type { WarningList } from '../../domain/warning.ts';
import { capabilityRejected } from '../capability.ts';

/** Fields whose loss a client must know of at once: ignoring a safety check would switch it off. */
const REFUSED = new Set(['safeguards']);

/** Fields that only tune transport or bookkeeping and mean nothing to another provider. */
const IMMATERIAL = new Set(['stream_options.include_obfuscation', 'store', 'diagnostics']);

/** Every field of another format that the target has no place for is warned of; `handled` names those it has. */
export function warnOfExtras(
  conversation: Conversation,
  format: Format,
  handled: ReadonlySet<string>,
  warnings: WarningList,
): void {
  for (const extra of conversation.extras) {
    if (extra.format === format || handled.has(extra.name) || IMMATERIAL.has(extra.name)) continue;
    if (REFUSED.has(extra.name)) throw refusal(extra);
    warnings.add('field_dropped', extra.name, `The field ${extra.name} has no counterpart at the provider.`);
  }
}

function refusal(extra: Extra): Error {
  return capabilityRejected(
    `${extra.name}: the provider chosen for this model does not run this check; resend without ${extra.name}.`,
  );
}
