import type { JsonObject } from '../../../domain/json-value.ts';
import type { ToolCallPart } from '../../../domain/message-part.ts';
import { type Opaque, wrapOpaque } from '../../../domain/opaque.ts';
import { sealCall } from '../../call-seal.ts';

/** The hidden thinking block that carries a call's signature in front of the call. */
export function encodeCallSeal(call: Pick<ToolCallPart, 'id'>, opaque: Opaque): JsonObject {
  return { type: 'redacted_thinking', data: wrapOpaque(sealCall(call, opaque)) };
}
