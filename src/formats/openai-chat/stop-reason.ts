import type { StopKind, StopReason } from '../../domain/answer.ts';

const KINDS: Readonly<Record<string, StopKind>> = {
  stop: 'end',
  end_turn: 'end',
  eos: 'end',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool-call',
  tool_use: 'tool-call',
  function_call: 'tool-call',
  content_filter: 'refusal',
  sensitive: 'refusal',
  refusal: 'refusal',
  model_length: 'context',
  model_context_window_exceeded: 'context',
};

/** Reasons that are failures under another name. */
const FAILURES: ReadonlySet<string> = new Set([
  'error',
  'network_error',
  'insufficient_system_resource',
  'abort',
]);

export function isFailure(raw: string): boolean {
  return FAILURES.has(raw);
}

/** @param matched the stop sequence that was hit, where the server tells (vLLM) */
export function readStop(
  raw: string,
  found: {
    readonly calls: boolean;
    readonly refusal: string | undefined;
    readonly matched: string | undefined;
  },
): StopReason {
  const kind = Object.hasOwn(KINDS, raw) ? (KINDS[raw] ?? 'end') : 'end';
  // Many servers end with "stop" although the model called tools.
  if (found.calls && (kind === 'end' || kind === 'stop-sequence')) return { kind: 'tool-call', raw };
  if (kind === 'tool-call' && !found.calls) return { kind: 'end', raw };
  if (found.refusal !== undefined) return { kind: 'refusal', raw, explanation: found.refusal };
  if (kind === 'end' && found.matched !== undefined)
    return { kind: 'stop-sequence', raw, sequence: found.matched };
  return { kind, raw };
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

const FINISH: Record<StopKind, FinishReason> = {
  end: 'stop',
  'stop-sequence': 'stop',
  pause: 'stop',
  'tool-call': 'tool_calls',
  length: 'length',
  context: 'length',
  refusal: 'content_filter',
};

export function finishReason(stop: StopReason): FinishReason {
  return FINISH[stop.kind];
}
