import type { StopReason } from '../../domain/answer.ts';
import { asObject, asText, type JsonObject } from '../../domain/json-value.ts';

/** @param found what the answer holds, since its status does not tell calls and refusals apart */
export function readStop(
  response: JsonObject,
  found: { readonly calls: boolean; readonly refusal: string | undefined },
): StopReason {
  const reason = asText(asObject(response['incomplete_details'])?.['reason']);
  const raw = reason ?? asText(response['status']) ?? 'completed';
  if (reason === 'content_filter') return { kind: 'refusal', raw };
  if (reason === 'max_output_tokens') return { kind: 'length', raw };
  if (found.calls) return { kind: 'tool-call', raw };
  if (found.refusal !== undefined) return { kind: 'refusal', raw, explanation: found.refusal };
  return { kind: 'end', raw };
}

/** The fields of a response object that tell how it ended. */
export interface ClosingState {
  readonly status: 'completed' | 'incomplete' | 'failed';
  readonly incomplete_details?: JsonObject | null;
  readonly error?: JsonObject;
}

/** Status and details of the response object; an explained refusal is a whole answer, told as a refusal part. */
export function writeStop(stop: StopReason, hasRefusal: boolean): ClosingState {
  if (stop.kind === 'length' || stop.kind === 'context')
    return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
  if (stop.kind === 'refusal' && !hasRefusal)
    return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
  return { status: 'completed', incomplete_details: null };
}
