import { Buffer } from 'node:buffer';
import type { Format } from './format.ts';
import { asObject, asString, type JsonValue } from './json-value.ts';

/**
 * Values only their issuer can read: thinking signatures, encrypted reasoning, thought signatures. The gateway
 * carries them through clients that speak another format and gives them back to their issuer, and to nobody else.
 */
export interface Opaque {
  readonly kind: OpaqueKind;
  /** Who issued it; `undefined` when it came bare from the client, so that nobody vouches for it. */
  readonly origin: OpaqueOrigin | undefined;
  /** As issued, to the byte. Empty, or the item's id, where the reasoning text itself is all there is to give back. */
  readonly payload: string;
  /** The readable reasoning it belongs to, where the client's format would not keep the two together. */
  readonly text?: string;
}

/**
 * What the payload is: Anthropic's thinking signature or redacted thinking, Responses' encrypted reasoning (with its
 * item id), Chat's `reasoning_details` list as JSON, Gemini's thought signature, or nothing but readable text.
 */
export type OpaqueKind = 'signature' | 'redacted' | 'encrypted' | 'details' | 'thought-signature' | 'plain';

export interface OpaqueOrigin {
  readonly provider: string;
  readonly model: string;
  readonly format: Format;
}

const OPAQUE_KINDS: readonly string[] = [
  'signature',
  'redacted',
  'encrypted',
  'details',
  'thought-signature',
  'plain',
] satisfies OpaqueKind[];

const PREFIX = 'gw1.';

/** One string for the opaque field of any client format; {@link unwrapOpaque} reads it when it comes back. */
export function wrapOpaque(opaque: Opaque): string {
  if (opaque.origin === undefined) return opaque.payload;
  const { provider, model, format } = opaque.origin;
  const { kind, payload, text: readable } = opaque;
  const text = JSON.stringify({ o: provider, m: model, f: format, k: kind, p: payload, t: readable });
  return PREFIX + Buffer.from(text, 'utf8').toString('base64url');
}

/**
 * Reads an opaque field of a request.
 * @param kind what a bare value in this field would be
 */
export function unwrapOpaque(value: string, kind: OpaqueKind): Opaque {
  return parseWrapped(value) ?? { kind, origin: undefined, payload: value };
}

export function isWrapped(value: string): boolean {
  return value.startsWith(PREFIX);
}

/** Whether the value may go back to this provider and model: it was issued there, by both. */
export function isFrom(opaque: Opaque, target: OpaqueOrigin): boolean {
  const { origin } = opaque;
  return (
    origin !== undefined &&
    origin.provider === target.provider &&
    origin.model === target.model &&
    origin.format === target.format
  );
}

function parseWrapped(value: string): Opaque | undefined {
  if (!value.startsWith(PREFIX)) return undefined;
  const fields = asObject(parseJson(Buffer.from(value.slice(PREFIX.length), 'base64url').toString('utf8')));
  const provider = asString(fields?.['o']);
  const model = asString(fields?.['m']);
  const format = asString(fields?.['f']);
  const kind = asString(fields?.['k']);
  const payload = asString(fields?.['p']);
  const text = asString(fields?.['t']);
  if (provider === undefined || model === undefined || format === undefined || payload === undefined)
    return undefined;
  if (kind === undefined || !OPAQUE_KINDS.includes(kind)) return undefined;
  // The format is only compared with real ones, so that a forged name matches nothing; the kind was looked up.
  const origin = { provider, model, format: format as Format };
  return { kind: kind as OpaqueKind, origin, payload, ...(text === undefined ? {} : { text }) };
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // What JSON.parse returns is a JSON value by definition.
  } catch {
    return undefined; // A damaged wrapper is a foreign value like any other.
  }
}
