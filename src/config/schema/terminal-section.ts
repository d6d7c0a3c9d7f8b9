import { z } from 'zod';
import { field } from './field.ts';

/** The columns of the live line; the order here is the order on the screen. */
export const TERMINAL_COLUMNS = [
  'time',
  'client',
  'workspace',
  'session',
  'model',
  'task',
  'status',
  'timing',
  'tokens',
  'context',
  'speed',
  'cost',
  'error',
] as const;

export type TerminalColumn = (typeof TERMINAL_COLUMNS)[number];

/** Shown only where there is room, or where they are asked for. */
const WIDE: readonly TerminalColumn[] = ['workspace', 'session', 'task', 'context', 'speed', 'cost'];

/** What each mode shows. */
export const LINE_COLUMNS_OF: Readonly<Record<'compact' | 'full', readonly TerminalColumn[]>> = {
  full: TERMINAL_COLUMNS,
  compact: TERMINAL_COLUMNS.filter((column) => !WIDE.includes(column)),
};

/** How the live line is coloured. */
export const COLOR_SCHEMES = ['vibrant', 'subtle', 'mono'] as const;

export const terminalSchema = z.strictObject({
  mode: field(z.enum(['off', 'compact', 'full']), {
    meaning:
      'The line the gateway prints per request on a terminal: none (off), the main columns (compact), or all that fit its width (full). Where there is no terminal, each request is a line of JSON, unless off.',
    default: 'compact',
  }),
  color: field(z.enum(['auto', 'always', 'never']), {
    meaning:
      'Whether that line is coloured. auto colours on a terminal and respects NO_COLOR and FORCE_COLOR.',
    default: 'auto',
  }),
  scheme: field(z.enum(COLOR_SCHEMES), {
    meaning:
      'How it is coloured: in full (vibrant), what is not well alone (subtle), or without hues, by bold and dim alone (mono).',
    default: 'vibrant',
  }),
  color_by: field(z.array(z.enum(['session', 'duration'])), {
    meaning:
      'What else colours mean: each session has one of its own (session), slow requests are yellow and red (duration).',
    default: ['session', 'duration'],
  }),
  columns: field(z.array(z.enum(TERMINAL_COLUMNS)), {
    meaning:
      'Which columns the line has, in this order, whatever the mode and the width. Empty: those of the mode. workspace is the folder the client works in, or else the project it names; context is how full the window of the model is.',
    default: [],
    example: ['time', 'model', 'timing', 'tokens'],
  }),
});
