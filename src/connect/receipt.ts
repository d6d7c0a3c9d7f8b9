/** The receipt of a connection: what was written where, and what stood there before. Enough to undo it in years. */
import { z } from 'zod';
import type { JsonValue } from '../domain/json-value.ts';

const jsonValueSchema: z.ZodType<JsonValue> = z.json();

const keyChangeSchema = z.object({
  path: z.array(z.string()),
  before: z.string().nullable(),
  after: jsonValueSchema,
  present: z.number().int().nonnegative(),
});

const fileReceiptSchema = z.object({
  role: z.string(),
  path: z.string(),
  syntax: z.enum(['json', 'toml', 'yaml', 'env']),
  /** What was there before: nothing, or bytes that are kept in a file beside the receipt. */
  before: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('absent'), directories: z.array(z.string()) }),
    z.object({ kind: z.literal('present'), sha256: z.string(), backup: z.string() }),
  ]),
  /** Hash of what was written: while it holds, undoing means putting the old bytes back. */
  after_sha256: z.string(),
  keys: z.array(keyChangeSchema),
});

/** Unknown fields are let through, so that an older program can undo what a newer one did. */
export const receiptSchema = z.object({
  schema: z.literal(1),
  client: z.string(),
  /** Milliseconds since the Unix epoch. */
  connected_at: z.number(),
  gateway: z.string(),
  status_line: z.boolean().optional(),
  files: z.array(fileReceiptSchema),
});

export type Receipt = z.infer<typeof receiptSchema>;
export type FileReceipt = Receipt['files'][number];
