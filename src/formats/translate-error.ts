import type { Buffer } from 'node:buffer';
import type { Format } from '../domain/format.ts';
import { asList, asObject, asText, type JsonObject, type JsonValue } from '../domain/json-value.ts';
import { findContextOverflow, overflowMessage } from './context-overflow.ts';
import { ERROR_DIALECTS } from './error-dialects.ts';
import { parseJson } from './parse-body.ts';

/** Longest excerpt of a body that is no error of any known shape, in characters. */
const EXCERPT_LENGTH = 1_000;

export interface ErrorTranslation {
  /** The client's format. */
  readonly to: Format;
  /** The provider's name, told to the client. */
  readonly provider: string;
  readonly status: number;
  readonly body: Buffer;
  /** Whose key was refused, if one was: a client told 401 for a key that is not its own would log out. */
  readonly credentialOwner: 'caller' | 'gateway' | 'none';
}

export interface TranslatedError {
  readonly status: number;
  readonly body: Buffer;
}

/** A provider's error answer in the dialect of the client, with the provider's own words and its class of status. */
export function translateError(input: ErrorTranslation): TranslatedError {
  const complaint = readComplaint(input.body.toString('utf8'));
  const overflow = findContextOverflow(`${complaint.code ?? ''} ${complaint.message}`);
  const dialect = ERROR_DIALECTS[input.to];
  if (overflow !== undefined)
    return dialect({ status: 400, code: 'context_length_exceeded', message: overflowMessage(overflow) });
  const isOurKey = input.status === 401 && input.credentialOwner !== 'caller';
  return dialect({
    status: isOurKey ? 502 : input.status,
    code: complaint.code,
    message: `${input.provider}: ${complaint.message}`,
  });
}

interface Complaint {
  readonly message: string;
  readonly code: string | undefined;
}

/** Every shape seen: an object, a string, a list of them, FastAPI's `detail`, vLLM's bare error, HTML, nothing. */
function readComplaint(text: string): Complaint {
  const parsed = parseJson(text);
  const wire = asObject(Array.isArray(parsed) ? asList(parsed)[0] : parsed);
  const error = wire?.['error'] ?? wire?.['detail'] ?? wire;
  if (typeof error === 'string' && error !== '') return { message: error, code: undefined };
  const fields = asObject(error) ?? asObject(asList(error)[0]);
  const metadata = asObject(fields?.['metadata']);
  const message = asText(metadata?.['raw']) ?? asText(fields?.['message']) ?? asText(fields?.['msg']);
  if (message !== undefined) return { message, code: codeOf(fields) };
  return { message: excerptOf(text), code: undefined };
}

function codeOf(fields: JsonObject | undefined): string | undefined {
  return wordOf(fields?.['code']) ?? wordOf(fields?.['status']) ?? wordOf(fields?.['type']);
}

function wordOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : asText(value);
}

function excerptOf(text: string): string {
  const plain = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain === '' ? 'the provider gave no reason' : plain.slice(0, EXCERPT_LENGTH);
}
