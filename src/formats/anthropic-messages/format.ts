import type { WireFormat } from '../wire-format.ts';
import { encodeError, encodeStreamError, KEEP_ALIVE } from './errors.ts';
import { inspect } from './inspect.ts';
import { createMeter } from './meter.ts';
import { match, upstreamPath } from './paths.ts';
import { patch } from './patch.ts';

/** Anthropic's Messages, spoken by Claude Code and offered by many third parties. */
export const ANTHROPIC_MESSAGES: WireFormat = {
  id: 'anthropic-messages',
  match,
  inspect,
  upstreamPath,
  patch,
  encodeError,
  encodeStreamError,
  keepAlive: KEEP_ALIVE,
  createMeter,
};
