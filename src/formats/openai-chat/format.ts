import { spliceModel } from '../splice-model.ts';
import type { WireFormat } from '../wire-format.ts';
import { encodeError, encodeStreamError, KEEP_ALIVE } from './errors.ts';
import { inspect } from './inspect.ts';
import { createMeter } from './meter.ts';
import { match, upstreamPath } from './paths.ts';

/** OpenAI's Chat Completions, and what the many compatible providers made of it. */
export const OPENAI_CHAT: WireFormat = {
  id: 'openai-chat',
  match,
  inspect,
  upstreamPath,
  patch: spliceModel,
  encodeError,
  encodeStreamError,
  keepAlive: KEEP_ALIVE,
  createMeter,
};
