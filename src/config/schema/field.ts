import type { z } from 'zod';

/** The docstring of a field: the reference page and the JSON Schema for editors are written from it. */
export interface FieldDocs {
  /** Whole sentences: what the setting does, in which unit, and what to watch out for. */
  readonly meaning: string;
  /** As a user would write it. Left out where a default depends on the provider; `meaning` then says so. */
  readonly default?: unknown;
  readonly example?: unknown;
  /**
   * Set for what runs programs, names files or opens doors: it is changed in the file by whoever may write there, and
   * never over HTTP, whatever token is shown.
   */
  readonly localOnly?: true;
}

/** A field that may be left out, with its docstring. */
export function field<Schema extends z.ZodType>(schema: Schema, docs: FieldDocs): z.ZodOptional<Schema> {
  return documented(schema, docs).optional();
}

/** A field that must be given, with its docstring. */
export function documented<Schema extends z.ZodType>(schema: Schema, docs: FieldDocs): Schema {
  return schema.meta({
    description: docs.meaning,
    // Not `default` and `examples`: zod drops those where what is written differs from what it becomes.
    ...(docs.default === undefined ? {} : { writtenDefault: docs.default }),
    ...(docs.localOnly === undefined ? {} : { localOnly: true }),
    ...(docs.example === undefined ? {} : { writtenExamples: [docs.example] }),
  });
}
