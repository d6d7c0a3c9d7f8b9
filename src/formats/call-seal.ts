import { asObject, asString } from '../domain/json-value.ts';
import type { Part, ToolCallPart } from '../domain/message-part.ts';
import type { Opaque } from '../domain/opaque.ts';
import { parseJson } from './parse-body.ts';

/**
 * Some providers sign their tool calls, and most formats have no field for that on a call. The signature travels in
 * a hidden reasoning part in front of the call, which clients send back unread.
 */
export function sealCall(call: Pick<ToolCallPart, 'id'>, opaque: Opaque): Opaque {
  const payload = JSON.stringify({ call: call.id, value: opaque.payload });
  return { ...opaque, kind: 'thought-signature', payload };
}

/** Gives the calls of one assistant message their signatures back and removes the carriers. */
export function restoreCallSeals(parts: readonly Part[]): readonly Part[] {
  const seals = new Map<string, Opaque>();
  const rest = parts.filter((part) => {
    const seal = part.type === 'reasoning' ? readSeal(part.opaque) : undefined;
    if (seal !== undefined) seals.set(seal.call, seal.opaque);
    return seal === undefined;
  });
  if (seals.size === 0) return parts;
  return rest.map((part) => {
    const opaque = part.type === 'tool-call' ? seals.get(part.id) : undefined;
    return opaque === undefined ? part : { ...part, opaque };
  });
}

function readSeal(opaque: Opaque | undefined): { call: string; opaque: Opaque } | undefined {
  if (opaque?.kind !== 'thought-signature' || opaque.origin === undefined) return undefined;
  const fields = asObject(parseJson(opaque.payload));
  const call = asString(fields?.['call']);
  const value = asString(fields?.['value']);
  return call === undefined || value === undefined
    ? undefined
    : { call, opaque: { ...opaque, payload: value } };
}
