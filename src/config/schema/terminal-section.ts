import { z } from 'zod';
import { field } from './field.ts';

/** The columns of the live line; the order here is the order on the screen. */
export const TERMINAL_COLUMNS = [
  'time',
  'client',
  'session',
  'model',
  'status',
  'timing',
  'tokens',
  'speed',
  'cost',
  'error',
] as const;

export const terminalSchema = z.strictObject({
  mode: field(z.enum(['off', 'compact', 'full']), {
    meaning:
      'The line the gateway prints per request on a terminal: none (off), the main columns (compact), or all (full). Where there is no terminal, each request is a line of JSON, unless off.',
    default: 'compact',
  }),
  color: field(z.enum(['auto', 'always', 'never']), {
    meaning:
      'Whether that line is coloured. auto colours on a terminal and respects NO_COLOR and FORCE_COLOR.',
    default: 'auto',
  }),
  columns: field(z.array(z.enum(TERMINAL_COLUMNS)), {
    meaning: 'Which columns the line has, in this order. Empty: those of the mode.',
    default: [],
    example: ['time', 'model', 'timing', 'tokens'],
  }),
});
