/**
 * What an editor of one file syntax can do. Each works on the source text, so that everything it is not asked to
 * change (comments, order, indentation, line ends) stays byte for byte as it was.
 */
import type { JsonObject, JsonValue } from '../../domain/json-value.ts';

/** The names that lead to a value, from the top of the file. */
export type KeyPath = readonly string[];

/** What is to stand at a path: a plain value, or source text that stood there before. */
export type NewValue =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'source'; readonly text: string };

export interface Syntax {
  readonly name: SyntaxName;
  /** The whole text as plain values. @throws BrokenText */
  parse(text: string): JsonObject;
  /** The source text of the value at a path; `undefined` where there is none, or where it is no single span. */
  source(text: string, path: KeyPath): string | undefined;
  /** The text with the value in its place; what is missing on the way is made. @throws BrokenText */
  set(text: string, path: KeyPath, value: NewValue): string;
  /** The text without the key; unchanged where it is not there. @throws BrokenText */
  remove(text: string, path: KeyPath): string;
}

export type SyntaxName = 'json' | 'toml' | 'yaml' | 'env';

/** The text cannot be read, or not be edited without harm. The message continues "… cannot be edited: ". */
export class BrokenText extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'BrokenText';
  }
}
