import { z } from 'zod';
import { parseTarget, type Target } from '../../domain/target.ts';
import { parseByteSize } from '../values/byte-size.ts';
import { parseDuration } from '../values/duration.ts';
import { parseSecretReference } from '../values/secret-reference.ts';

/**
 * The value types of the configuration. Each turns what is written into what the gateway uses, and says in its
 * own words what was expected. No message repeats the value.
 */

/** `300s`, `5m`, `250ms` or seconds → milliseconds. */
export const durationSchema = z
  .union([z.string(), z.number()], { error: 'must be a duration such as 300s, 5m or 250ms' })
  .transform((value, check) => {
    const milliseconds = parseDuration(value);
    if (milliseconds !== undefined) return milliseconds;
    return reject(check, value, 'must be a duration such as 300s, 5m or 250ms, at most 24 days');
  });

/** `32MiB` or bytes → bytes. */
export const byteSizeSchema = z
  .union([z.string(), z.number()], { error: 'must be a size such as 32MiB' })
  .transform((value, check) => {
    const bytes = parseByteSize(value);
    if (bytes !== undefined && bytes > 0 && bytes <= 1024 ** 3) return bytes;
    return reject(check, value, 'must be a size such as 32MiB, more than nothing and at most 1GiB');
  });

/** `env:NAME` or `file:PATH`; stays text, it is followed later. */
export const secretReferenceSchema = z
  .string({ error: 'must be a reference such as env:NAME or file:PATH' })
  .superRefine((value, check) => {
    if (parseSecretReference(value) !== undefined) return;
    check.addIssue({
      code: 'custom',
      message: 'must not hold the secret itself',
      params: {
        remedy:
          'Put the secret into an environment variable, the .env file beside the configuration, or a file of its own, and write env:NAME or file:PATH here.',
      },
    });
  });

/** `provider` or `provider/model`. */
const targetSchema = z
  .string({ error: 'must be "provider" or "provider/model"' })
  .transform((value, check): Target => {
    const target = parseTarget(value.trim());
    return target ?? reject(check, value, 'must be "provider" or "provider/model"');
  });

/** One target or several; several are asked in order. */
export const targetListSchema = z
  .union([targetSchema, z.array(targetSchema)], {
    error: 'must be a target such as zai/glm-4.7, or a list of them',
  })
  .transform((value, check): readonly [Target, ...Target[]] => {
    const [first, ...rest] = Array.isArray(value) ? value : [value];
    return first === undefined ? reject(check, value, 'must name at least one target') : [first, ...rest];
  });

/** The part of zod's refinement context that {@link reject} needs. */
interface Check {
  readonly issues: z.core.$ZodRawIssue[];
}

function reject(check: Check, input: unknown, message: string): never {
  check.issues.push({ code: 'custom', message, input });
  return z.NEVER;
}
