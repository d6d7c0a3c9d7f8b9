import {
  asNumber,
  asObject,
  asString,
  asText,
  type JsonObject,
  type JsonValue,
} from '../../domain/json-value.ts';
import type { Opaque, OpaqueOrigin } from '../../domain/opaque.ts';
import type { CallFragment } from './call-resolver.ts';

/** A tool call of a message or a piece of one, as it came. */
export function readCall(wire: JsonObject, origin: OpaqueOrigin): CallFragment {
  const custom = asObject(wire['custom']);
  const named = custom ?? asObject(wire['function']);
  return {
    index: asNumber(wire['index']),
    id: asText(wire['id']),
    name: asText(named?.['name'])?.trim() || undefined,
    input: custom === undefined ? argumentsOf(named?.['arguments']) : (asString(custom['input']) ?? ''),
    isText: custom !== undefined,
    opaque: readSignature(wire, origin),
  };
}

/** Arguments are JSON text; some servers send the object itself. */
function argumentsOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Gemini behind this format signs its calls. */
function readSignature(wire: JsonObject, origin: OpaqueOrigin): Opaque | undefined {
  const google = asObject(asObject(wire['extra_content'])?.['google']);
  const payload = asText(google?.['thought_signature']);
  return payload === undefined ? undefined : { kind: 'thought-signature', origin, payload };
}
