import type { RequestKind } from '../domain/exchange.ts';
import { FORMATS } from '../domain/format.ts';
import type { Format } from '../domain/format.ts';
import { ANTHROPIC_MESSAGES } from './anthropic-messages/format.ts';
import { GEMINI } from './gemini/format.ts';
import { OPENAI_CHAT } from './openai-chat/format.ts';
import { OPENAI_RESPONSES } from './openai-responses/format.ts';
import type { WireFormat } from './wire-format.ts';

const WIRE_FORMATS: Readonly<Record<Format, WireFormat>> = {
  'anthropic-messages': ANTHROPIC_MESSAGES,
  'openai-chat': OPENAI_CHAT,
  'openai-responses': OPENAI_RESPONSES,
  gemini: GEMINI,
};

export function wireFormatOf(format: Format): WireFormat {
  return WIRE_FORMATS[format];
}

/**
 * Which request of which format a method and path mean.
 * @param path without query
 * @returns `undefined` when no format knows the path
 */
export function matchRequest(method: string, path: string): RequestKind | undefined {
  for (const format of FORMATS) {
    const kind = WIRE_FORMATS[format].match(method, path);
    if (kind !== undefined) return kind;
  }
  return undefined;
}
