import { asString, asText, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { ReasoningPart } from '../../domain/message-part.ts';
import { isWrapped, type Opaque, unwrapOpaque } from '../../domain/opaque.ts';

/** The reasoning a client sends back with an assistant message: sealed details where it kept them, or bare text. */
export function decodeReasoning(message: JsonObject): ReasoningPart[] {
  const details = objectsIn(message['reasoning_details']);
  const sealed = details.flatMap(sealedPart);
  if (sealed.length > 0) return sealed;
  const text = asText(message['reasoning_content']) ?? asText(message['reasoning']);
  if (details.length > 0) {
    const opaque: Opaque = { kind: 'details', origin: undefined, payload: JSON.stringify(details) };
    return [{ type: 'reasoning', text: text ?? '', opaque }];
  }
  return text === undefined ? [] : [{ type: 'reasoning', text, opaque: undefined }];
}

/** Details this gateway issued, or that carry Claude's own signatures. */
function sealedPart(detail: JsonObject): ReasoningPart[] {
  const text = asString(detail['text']) ?? '';
  const signature = asText(detail['signature']);
  const data = asText(detail['data']);
  const isClaude = asString(detail['format'])?.startsWith('anthropic-claude') === true;
  if (signature !== undefined && (isClaude || isWrapped(signature)))
    return [{ type: 'reasoning', text, opaque: unwrapOpaque(signature, 'signature') }];
  if (data !== undefined && (isClaude || isWrapped(data))) {
    const opaque = unwrapOpaque(data, 'redacted');
    return [{ type: 'reasoning', text: opaque.text ?? '', opaque }];
  }
  return [];
}
