import { z } from 'zod';

const limitsSchema = z.strictObject({
  requests_per_minute: z.number().int().positive().optional(),
  concurrent: z.number().int().positive().optional(),
  tokens_per_day: z.number().int().positive().optional(),
});

const storedKeySchema = z.strictObject({
  name: z.string().min(1),
  /** SHA-256 of the key, hexadecimal. The key is 256 random bits: nothing slower is needed to keep it from being guessed. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** The last characters, to tell keys apart. */
  hint: z.string(),
  /** Milliseconds since the Unix epoch. */
  created_at: z.number(),
  expires_at: z.number().nullable(),
  labels: z.strictObject({ project: z.string().optional(), user: z.string().optional() }),
  limits: limitsSchema,
});

const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(storedKeySchema) });

/** A client key as it is kept: enough to know it again, not to make it. */
export type StoredClientKey = z.infer<typeof storedKeySchema>;

/** Keys of the file that `switchyard keys` keeps. @returns `undefined` when the text is no such file */
export function parseClientKeyFile(text: string): readonly StoredClientKey[] | undefined {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.keys : undefined;
  } catch {
    return undefined; // No JSON.
  }
}

export function formatClientKeyFile(keys: readonly StoredClientKey[]): string {
  return `${JSON.stringify({ version: 1, keys }, null, 2)}\n`;
}
