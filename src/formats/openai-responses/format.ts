import { spliceModel } from '../splice-model.ts';
import type { WireFormat } from '../wire-format.ts';
import { encodeError, encodeStreamError, KEEP_ALIVE } from './errors.ts';
import { inspect } from './inspect.ts';
import { createMeter } from './meter.ts';
import { match, upstreamPath } from './paths.ts';

/** OpenAI's Responses, as Codex speaks it. */
export const OPENAI_RESPONSES: WireFormat = {
  id: 'openai-responses',
  match,
  inspect,
  upstreamPath,
  patch: spliceModel,
  encodeError,
  encodeStreamError,
  keepAlive: KEEP_ALIVE,
  createMeter,
};
