import type { StopKind, StopReason } from '../../domain/answer.ts';

const KINDS: Readonly<Record<string, StopKind>> = {
  STOP: 'end',
  FINISH_REASON_UNSPECIFIED: 'end',
  MAX_TOKENS: 'length',
};

/** The model made a call that cannot be run, or too many: nothing to go on with, so that the client tries again. */
const FAILURES: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
]);

export function isFailure(raw: string): boolean {
  return FAILURES.has(raw);
}

/** Every reason that is no end and no limit keeps the answer back: safety, recitation, block lists, images. */
export function readStop(raw: string, hasCalls: boolean, explanation: string | undefined): StopReason {
  const kind = Object.hasOwn(KINDS, raw) ? (KINDS[raw] ?? 'end') : 'refusal';
  if (kind === 'end' && hasCalls) return { kind: 'tool-call', raw };
  return kind === 'refusal' && explanation !== undefined ? { kind, raw, explanation } : { kind, raw };
}

const REASONS: Record<StopKind, string> = {
  end: 'STOP',
  'stop-sequence': 'STOP',
  // This format has no reason of its own for calls.
  'tool-call': 'STOP',
  pause: 'STOP',
  length: 'MAX_TOKENS',
  context: 'MAX_TOKENS',
  refusal: 'SAFETY',
};

export function finishReason(stop: StopReason): string {
  return REASONS[stop.kind];
}
