import type { Assignment } from '../layers/layer.ts';
import {
  readVariable,
  sourceOfVariable,
  warning,
  type Environment,
  type Translation,
} from './environment.ts';

/** Variables of claude-code-proxy (Python) for its breakers, and what each of them sets. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  CB_FAILURE_THRESHOLD: ['breakers', 'consecutive'],
  CB_SUCCESS_THRESHOLD: ['breakers', 'successes'],
  CB_TIMEOUT_SECONDS: ['breakers', 'open'],
};

/** The longest open period unless somebody says otherwise, in seconds. */
const USUAL_LONGEST = 300;

/** `CB_*`: the same meanings, in our units. What is no number stays text, for the schema to refuse. */
export function translateBreakerEnvironment(environment: Environment): Translation {
  const assignments = Object.entries(VARIABLES).flatMap(([variable, path]): Assignment[] => {
    const text = readVariable(environment, variable);
    if (text === undefined) return [];
    const value = /^\d+$/.test(text) ? Number(text) : text;
    const source = sourceOfVariable(environment, variable);
    const longest = { path: ['breakers', 'open_max'], value, source };
    const outlasts = variable === 'CB_TIMEOUT_SECONDS' && Number(value) > USUAL_LONGEST;
    return [{ path, value, source }, ...(outlasts ? [longest] : [])];
  });
  return { assignments, problems: stateFileProblems(environment) };
}

function stateFileProblems(environment: Environment): Translation['problems'] {
  const variable = 'CB_STATE_FILE';
  if (readVariable(environment, variable) === undefined) return [];
  const source = sourceOfVariable(environment, variable);
  const remedy = 'Its content is taken over once by: switchyard breakers import FILE.';
  return [warning(source, 'It has no effect: breakers are kept in the state directory', remedy)];
}
