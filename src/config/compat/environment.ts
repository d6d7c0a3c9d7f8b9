import type { Assignment } from '../layers/layer.ts';
import type { ConfigProblem, Source } from '../problems/problem.ts';

/** The environment of the gateway: the real one, and below it what `.env` files add. */
export interface Environment {
  readonly values: Readonly<Record<string, string | undefined>>;
  /** For variables that came from a `.env` file: which one. */
  readonly files: ReadonlyMap<string, string>;
}

/** What a predecessor's settings come to. */
export interface Translation {
  readonly assignments: readonly Assignment[];
  readonly problems: readonly ConfigProblem[];
}

/** The text of a variable without surrounding blanks; an empty one counts as not set. */
export function readVariable({ values }: Environment, name: string): string | undefined {
  const text = Object.hasOwn(values, name) ? values[name]?.trim() : undefined;
  return text === '' ? undefined : text;
}

export function sourceOfVariable({ files }: Environment, variable: string): Source {
  return { kind: 'environment', variable, file: files.get(variable) };
}

/** A warning about a variable or flag, not about a key of the configuration. */
export function warning(source: Source, message: string, remedy: string): ConfigProblem {
  return { severity: 'warning', source, path: [], message, remedy };
}
