import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import type { ResponseMeter } from '../../formats/wire-format.ts';

/** The meter of what is not metered: forwarded paths and token counts. */
export function createNullMeter(): ResponseMeter {
  return {
    push: () => undefined,
    end: () => undefined,
    textBytes: () => 0,
    report: {
      usage: UNKNOWN_USAGE,
      servedModel: undefined,
      stopReason: undefined,
      toolCalls: 0,
      sawContent: true,
      complete: true,
      streamError: undefined,
      preliminary: false,
      atFrameBoundary: false,
      signatures: [],
    },
  };
}
