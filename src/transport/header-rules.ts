/**
 * Which headers cross the gateway towards a provider and back. Hop-by-hop headers belong to one connection
 * (RFC 9110 §7.6.1) and end here in both directions.
 */
import { GatewayError } from '../domain/errors.ts';
import type { UpstreamRequest } from './upstream.ts';

const HOP_BY_HOP = new Set(['te', 'trailer', 'upgrade', 'connection', 'keep-alive', 'transfer-encoding']);

/** Written by the transport itself, or refused by it. */
const OURS = new Set(['host', 'content-length', 'expect', 'http2-settings']);

/**
 * The edge takes these off every request. They are dropped once more here because one that slipped through
 * would carry a caller's credential to whatever provider was chosen.
 */
const CREDENTIALS = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'x-switchyard-key',
]);

export const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;
/** RFC 9110 §5.5: visible characters, space, tab and the upper half of Latin-1; above all no CR, LF or NUL. */
export const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/u;

/** A method and an origin-form target as they may stand in a request line. */
const METHOD = /^[A-Z][A-Z-]*$/u;
const TARGET = /^\/[\x21-\x7e\x80-\xff]*$/u;

/**
 * The request's headers with its one credential, ready to be written.
 * @throws {GatewayError} when the credential belongs to another origin, or the target or a header would break the framing
 */
export function outboundHeaders(request: UpstreamRequest): string[] {
  const { provider, credential } = request;
  if (credential.origin !== provider.origin) {
    const text = `The credential for ${credential.origin} may not be sent to ${provider.origin} (provider ${provider.name}).`;
    throw new GatewayError('credential_not_for_origin', text);
  }
  if (!METHOD.test(request.method) || !TARGET.test(request.path)) {
    const line = JSON.stringify(`${request.method} ${request.path}`.slice(0, 80));
    throw new GatewayError('bad_target', `${line} for provider ${provider.name} is no request line.`);
  }
  const headers = passedHeaders(request);
  for (const { name, value } of credential.headers) {
    const text = value.reveal();
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(text)) {
      const message = `The credential of provider ${provider.name} cannot be sent: ${JSON.stringify(name)} or its value holds a line break or another control character.`;
      throw new GatewayError('upstream_credential_missing', message);
    }
    headers.push(name, text);
  }
  return headers;
}

/** @returns `undefined` for none, which is nearly always so */
function namesOf(headers: UpstreamRequest['provider']['extraHeaders']): ReadonlySet<string> | undefined {
  return headers.length === 0 ? undefined : new Set(headers.map(({ name }) => name.toLowerCase()));
}

function passedHeaders({ headers, provider }: UpstreamRequest): string[] {
  const passed: string[] = [];
  const replaced = namesOf(provider.extraHeaders);
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const value = headers[index + 1] ?? '';
    const lowerCaseName = name.toLowerCase();
    if (isHopByHop(lowerCaseName) || OURS.has(lowerCaseName) || CREDENTIALS.has(lowerCaseName)) continue;
    if (replaced?.has(lowerCaseName) === true) continue;
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) {
      const message = `The header ${JSON.stringify(name)} for provider ${provider.name} holds a line break or another character no header may hold.`;
      throw new GatewayError('internal', message);
    }
    passed.push(name, value);
  }
  return passed;
}

/**
 * A response's headers as they may be passed on: order, case and repetition kept, pseudo and hop-by-hop
 * headers and those that `Connection` names removed.
 * @param raw name, value, name, value; buffers hold Latin-1
 */
export function endToEndHeaders(raw: readonly (Buffer | string)[]): string[] {
  const headers: string[] = [];
  let named: string[] | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = textOf(raw[index]);
    if (name.startsWith(':')) continue;
    const lowerCaseName = name.toLowerCase();
    if (!isHopByHop(lowerCaseName)) headers.push(name, textOf(raw[index + 1]));
    else if (lowerCaseName === 'connection')
      named = [...(named ?? []), ...connectionOptions(textOf(raw[index + 1]))];
  }
  return named === undefined ? headers : without(headers, named);
}

function isHopByHop(lowerCaseName: string): boolean {
  return HOP_BY_HOP.has(lowerCaseName) || lowerCaseName.startsWith('proxy-');
}

function connectionOptions(value: string): string[] {
  return value.split(',').map((option) => option.trim().toLowerCase());
}

function without(headers: string[], names: readonly string[]): string[] {
  return headers.filter((_, index) => !names.includes((headers[index - (index % 2)] ?? '').toLowerCase()));
}

function textOf(part: Buffer | string | undefined): string {
  if (part === undefined) return '';
  return typeof part === 'string' ? part : part.toString('latin1');
}
