import { Buffer } from 'node:buffer';
import type { GatewayError } from '../../domain/errors.ts';
import { errorReply } from '../error-reply.ts';
import { openAiError, openAiStatus } from '../openai-error.ts';
import type { EncodedError } from '../wire-format.ts';

/** A comment: opencode and Cline break on any event they do not know. */
export const KEEP_ALIVE: Buffer = Buffer.from(': keep-alive\n\n');

/** The error as OpenAI would send it. */
export function encodeError(error: GatewayError, exchangeId: string): EncodedError {
  const reply = errorReply(error, openAiStatus(error), { error: openAiError(error) });
  return { ...reply, headers: [...reply.headers, 'x-request-id', exchangeId] };
}

/**
 * An error chunk; no `[DONE]` follows, which would be the mark of success. Only for errors a retry cannot heal:
 * Qwen Code and Cline never retry after an error chunk, while every client retries after a broken connection. So a
 * retryable error has no safe form inside this stream, and the connection has to be cut.
 */
export function encodeStreamError(error: GatewayError, _exchangeId: string): Buffer | undefined {
  if (error.row.retryable) return undefined;
  return Buffer.from(`data: ${JSON.stringify({ error: openAiError(error) })}\n\n`);
}
