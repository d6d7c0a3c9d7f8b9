import type { Assignment } from '../layers/layer.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { COLOR_SCHEMES, LINE_COLUMNS_OF, type TerminalColumn } from '../schema/terminal-section.ts';
import {
  readVariable,
  sourceOfVariable,
  warning,
  type Environment,
  type Translation,
} from './environment.ts';

/** What a value sets; nothing where it is the default here, too. */
type Translate = (text: string) => readonly [key: string, value: string] | 'nothing' | 'unknown';

/** Of several variables for one setting the last that is set wins. */
const CHOICES: readonly (readonly [variable: string, Translate])[] = [
  ['COMPACT_LOGGER', (text) => (isTrue(text) ? ['mode', 'compact'] : 'nothing')],
  ['LOG_STYLE', logStyle],
  ['TERMINAL_DISPLAY_MODE', displayMode],
  ['TERMINAL_COLOR_SCHEME', colorScheme],
];

const DISPLAY_MODES: Readonly<Record<string, string>> = {
  minimal: 'compact',
  normal: 'compact',
  detailed: 'full',
  debug: 'full',
};

/** Variables that show or hide one column. */
const COLUMNS: readonly (readonly [variable: string, column: TerminalColumn])[] = [
  ['TERMINAL_SHOW_WORKSPACE', 'workspace'],
  ['TERMINAL_SHOW_TASK_TYPE', 'task'],
  ['TERMINAL_SHOW_CONTEXT_PCT', 'context'],
  ['TERMINAL_SHOW_SPEED', 'speed'],
  ['TERMINAL_SHOW_COST', 'cost'],
];

const MEANINGS: readonly (readonly [variable: string, meaning: string])[] = [
  ['TERMINAL_SESSION_COLORS', 'session'],
  ['TERMINAL_SHOW_DURATION_COLORS', 'duration'],
];

/** Every variable that is read here, and what it means, for the reference page. */
export const TERMINAL_VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ['TERMINAL_DISPLAY_MODE', 'terminal.mode: minimal and normal are compact, detailed and debug are full.'],
  ['TERMINAL_COLOR_SCHEME', 'terminal.scheme: vibrant, subtle or mono; auto is the usual one.'],
  ['LOG_STYLE', 'plain: no colours; compact: terminal.mode compact; rich: as usual.'],
  ['COMPACT_LOGGER', 'true: terminal.mode compact.'],
  ...COLUMNS.map(([name, column]) => [name, `Whether terminal.columns has ${column}.`] as const),
  ...MEANINGS.map(([name, meaning]) => [name, `false: terminal.color_by without ${meaning}.`] as const),
];

/** `TERMINAL_*` and `LOG_STYLE` of claude-code-proxy (Python): the line per request. */
export function translateTerminalEnvironment(environment: Environment): Translation {
  const problems: ConfigProblem[] = [];
  const choices = CHOICES.flatMap(([variable, translate]): Assignment[] => {
    const text = readVariable(environment, variable)?.toLowerCase();
    const chosen = text === undefined ? 'nothing' : translate(text);
    const source = sourceOfVariable(environment, variable);
    if (chosen === 'unknown')
      problems.push(warning(source, 'It has no effect: its value is not known here', ''));
    if (typeof chosen === 'string') return [];
    const [key, value] = chosen;
    return [{ path: ['terminal', key], value, source }];
  });
  const mode = choices.findLast(({ path }) => path[1] === 'mode')?.value;
  const lists = [columns(environment, mode === 'full' ? 'full' : 'compact'), meanings(environment)];
  return { assignments: [...choices, ...lists.flat()], problems };
}

function logStyle(text: string): ReturnType<Translate> {
  if (text === 'compact') return ['mode', 'compact'];
  if (text === 'plain') return ['color', 'never'];
  return text === 'rich' ? 'nothing' : 'unknown';
}

function displayMode(text: string): ReturnType<Translate> {
  const mode = DISPLAY_MODES[text];
  return mode === undefined ? 'unknown' : ['mode', mode];
}

function colorScheme(text: string): ReturnType<Translate> {
  if (text === 'auto') return 'nothing';
  return COLOR_SCHEMES.some((scheme) => scheme === text) ? ['scheme', text] : 'unknown';
}

/** The columns of the mode, with what is switched on besides and without what is switched off. */
function columns(environment: Environment, mode: 'compact' | 'full'): readonly Assignment[] {
  const switches = new Map(
    COLUMNS.flatMap(([variable, column]) => {
      const text = readVariable(environment, variable);
      return text === undefined ? [] : [[column, { variable, shown: isTrue(text) }] as const];
    }),
  );
  const changed = [...switches].filter(
    ([column, { shown }]) => shown !== LINE_COLUMNS_OF[mode].includes(column),
  );
  const [last] = changed.slice(-1);
  if (last === undefined) return [];
  const value = LINE_COLUMNS_OF.full.filter(
    (column) => switches.get(column)?.shown ?? LINE_COLUMNS_OF[mode].includes(column),
  );
  return [{ path: ['terminal', 'columns'], value, source: sourceOfVariable(environment, last[1].variable) }];
}

function meanings(environment: Environment): readonly Assignment[] {
  const off = MEANINGS.filter(([variable]) => {
    const text = readVariable(environment, variable);
    return text !== undefined && !isTrue(text);
  });
  const [last] = off.slice(-1);
  if (last === undefined) return [];
  const value = MEANINGS.filter((entry) => !off.includes(entry)).map(([, meaning]) => meaning);
  return [{ path: ['terminal', 'color_by'], value, source: sourceOfVariable(environment, last[0]) }];
}

function isTrue(text: string): boolean {
  return /^(?:true|1|yes|on)$/i.test(text);
}
