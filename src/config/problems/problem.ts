import { assertNever } from '../../lib/assert-never.ts';
import { formatKeyPath, type KeyPath } from '../layers/key-path.ts';

/** Where a value of the configuration was written. */
export type Source =
  /** Built in; `detail` says where from: `defaults` or `provider zai`. */
  | { readonly kind: 'default'; readonly detail: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly line: number | undefined;
      readonly column: number | undefined;
    }
  /** `file` is the `.env` file it came from; `undefined` is the real environment. */
  | { readonly kind: 'environment'; readonly variable: string; readonly file: string | undefined }
  | { readonly kind: 'flag'; readonly flag: string };

/**
 * Something wrong with a configuration, or worth knowing about it. An `error` keeps it from being used.
 * Neither text ever repeats a value: it could be a secret in the wrong place.
 */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly source: Source | undefined;
  readonly path: KeyPath;
  /** What is wrong, as the rest of a sentence that begins with the key path. */
  readonly message: string;
  /** What to do about it: a sentence, or `''` when the message says it all. */
  readonly remedy: string;
}

/** `file:line:column`, `HAIKU_PROVIDER_API_KEY (/home/me/.env)`, `--listen` or `built in (provider zai)`. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case 'default':
      return `built in (${source.detail})`;
    case 'file':
      return [source.path, source.line, source.column].filter((part) => part !== undefined).join(':');
    case 'environment':
      return source.file === undefined ? source.variable : `${source.variable} (${source.file})`;
    case 'flag':
      return source.flag;
    default:
      return assertNever(source);
  }
}

/** One line: where, which key, what is wrong, what to do. */
export function formatProblem(problem: ConfigProblem): string {
  const where = problem.source === undefined ? '' : `${formatSource(problem.source)}: `;
  const key = problem.path.length === 0 ? '' : `${formatKeyPath(problem.path)} `;
  const remedy = problem.remedy === '' ? '' : ` ${problem.remedy}`;
  return `${where}${key}${problem.message}.${remedy}`;
}

export function hasError(problems: readonly ConfigProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
