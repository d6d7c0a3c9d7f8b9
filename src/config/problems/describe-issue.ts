import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { ConfigProblem } from './problem.ts';
import { configJsonSchema, schemaAt, type JsonSchema } from '../schema/json-schema.ts';

type Issue = z.core.$ZodIssue;
type Description = Pick<ConfigProblem, 'path' | 'message' | 'remedy'>;

/** Turns what zod found into sentences a user can act on. One issue may name several unknown keys. */
export function describeIssue(issue: Issue): readonly Description[] {
  const path = toKeyPath(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? 'has a name that is not allowed', remedy: '' }];
    case 'invalid_value':
      return [wrongValue(path, issue)];
    case 'invalid_type':
      return [wrongType(path, issue)];
    case 'invalid_union':
      return describeUnion(path, issue);
    case 'custom':
      return [{ path, message: issue.message, remedy: remedyOf(issue) }];
    default:
      return [{ path, message: missingOr(issue.input, issue.message), remedy: exampleOf(path) }];
  }
}

/** Where the value has the shape of one of the alternatives, what is wrong with it as that one; else what would do. */
function describeUnion(path: KeyPath, issue: z.core.$ZodIssueInvalidUnion): readonly Description[] {
  const fitting = issue.errors.filter((branch) => !branch.some(isOtherShape));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1)
    return only.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
  return [{ path, message: missingOr(issue.input, issue.message), remedy: exampleOf(path) }];
}

/** Whether an alternative was never meant: the value as a whole is of another type. */
function isOtherShape(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code !== 'custom' && issue.code !== 'unrecognized_keys';
}

function unknownKey(parent: KeyPath, key: string): Description {
  const known = schemaAt(configJsonSchema(), parent).flatMap((schema) =>
    Object.keys(schema.properties ?? {}),
  );
  const near = didYouMean(key, known);
  const remedy =
    near === undefined
      ? `Known keys here: ${[...new Set(known)].sort().join(', ')}.`
      : `Did you mean "${near}"?`;
  return { path: [...parent, key], message: 'is not a known key', remedy };
}

function wrongValue(path: KeyPath, issue: z.core.$ZodIssueInvalidValue): Description {
  const values = issue.values.map(String);
  if (issue.input === undefined)
    return { path, message: 'is missing', remedy: `Write one of ${values.join(', ')}.` };
  const near = typeof issue.input === 'string' ? didYouMean(issue.input, values) : undefined;
  const message = issue.message.startsWith('Invalid') ? `must be one of ${values.join(', ')}` : issue.message;
  return { path, message, remedy: near === undefined ? '' : `Did you mean "${near}"?` };
}

function wrongType(path: KeyPath, issue: z.core.$ZodIssueInvalidType): Description {
  const message = issue.message.startsWith('Invalid') ? `must be ${expected(issue.expected)}` : issue.message;
  return { path, message: missingOr(issue.input, message), remedy: exampleOf(path) };
}

function missingOr(input: unknown, message: string): string {
  if (input === undefined) return 'is missing';
  return input === null ? 'has no value' : message;
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
};

function expected(type: string): string {
  return EXPECTED[type] ?? `of type ${type}`;
}

function exampleOf(path: KeyPath): string {
  const [example] = schemaAt(configJsonSchema(), path).flatMap(examplesOf);
  return example === undefined ? '' : `Write for example: ${JSON.stringify(example)}.`;
}

function examplesOf(schema: JsonSchema): readonly unknown[] {
  return schema.examples ?? (schema.default === undefined ? [] : [schema.default]);
}

function remedyOf(issue: z.core.$ZodIssueCustom): string {
  const remedy: unknown = issue.params?.['remedy'];
  return typeof remedy === 'string' ? remedy : '';
}

function toKeyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}
