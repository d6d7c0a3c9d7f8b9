import { Buffer } from 'node:buffer';
import type { GatewayError } from '../../domain/errors.ts';
import { errorReply } from '../error-reply.ts';
import { openAiError, openAiStatus } from '../openai-error.ts';
import type { EncodedError } from '../wire-format.ts';

/**
 * An event, for comments do not reset the idle timer of Codex; OpenAI's own, for its SDK throws on any other in
 * mid-stream.
 */
export const KEEP_ALIVE: Buffer = Buffer.from('event: keepalive\ndata: {"type":"keepalive"}\n\n');

/** The error as OpenAI would send it. */
export function encodeError(error: GatewayError, exchangeId: string): EncodedError {
  const reply = errorReply(error, openAiStatus(error), { error: openAiError(error) });
  return { ...reply, headers: [...reply.headers, 'x-request-id', exchangeId] };
}

/**
 * An `error` event. Its fields stand twice: flat, as the reference has it, and below `error`, as the API sends it and
 * as the official SDK needs it to throw. Clients do not compare the sequence number, which a pass-through cannot know.
 */
export function encodeStreamError(error: GatewayError, _exchangeId: string): Buffer {
  const failure = openAiError(error);
  const { code, message, param } = failure;
  const event = { type: 'error', code, message, param, sequence_number: 0, error: failure };
  return Buffer.from(`event: error\ndata: ${JSON.stringify(event)}\n\n`);
}
