import type { WireFormat } from '../wire-format.ts';
import { encodeError, encodeStreamError, KEEP_ALIVE } from './errors.ts';
import { inspect } from './inspect.ts';
import { createMeter } from './meter.ts';
import { match, upstreamPath } from './paths.ts';

/** Gemini's generateContent; model and stream stand in the path, so a patch leaves the body alone. */
export const GEMINI: WireFormat = {
  id: 'gemini',
  match,
  inspect,
  upstreamPath,
  patch: ({ body, headers }) => ({ body, headers, removed: [] }),
  encodeError,
  encodeStreamError,
  keepAlive: KEEP_ALIVE,
  createMeter,
};
