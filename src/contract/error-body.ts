import { z } from 'zod';

/** How the admin API says no. */
export const errorBodySchema = z.object({
  error: z.object({
    /** A code of the error table. */
    code: z.string(),
    message: z.string(),
    /** What the reader can do about it. */
    remedy: z.string().optional(),
  }),
});

export type ErrorBody = z.infer<typeof errorBodySchema>;
