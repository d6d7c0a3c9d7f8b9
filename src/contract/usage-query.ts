/** What questions about usage have in common: a range of time and filters by dimension. */
import { z } from 'zod';

/** `1767225600` or `1767225600.25`: Unix seconds → milliseconds. */
const unixSecondsSchema = z
  .string()
  .regex(/^\d{1,12}(\.\d+)?$/, 'is a time in Unix seconds')
  .transform((text) => Math.round(Number(text) * 1000));

export const rangeQuery = {
  /** From here on, inclusive. */
  since: unixSecondsSchema.optional(),
  /** Up to here, exclusive. */
  until: unixSecondsSchema.optional(),
};

/** The names by which usage is split and filtered, outside; `lane` is the predecessors' word for a provider. */
export const DIMENSIONS = {
  lane: 'provider',
  provider: 'provider',
  model: 'model',
  tier: 'tier',
  task: 'task',
  rule: 'rule',
  client: 'client',
  session: 'session',
  project: 'project',
  user: 'user',
  outcome: 'outcome',
  billing: 'billing',
  role: 'role',
  wire_format: 'format',
  operation: 'operation',
} as const;

export type DimensionName = keyof typeof DIMENSIONS;

const valueSchema = z.string().max(512).optional();

/**
 * Exact values. An empty one asks for what has none; `any` lifts the two filters that hold by themselves,
 * `operation=generate` and `role=primary`.
 */
export const filterQuery = {
  lane: valueSchema,
  provider: valueSchema,
  model: valueSchema,
  tier: valueSchema,
  task: valueSchema,
  rule: valueSchema,
  client: valueSchema,
  session: valueSchema,
  project: valueSchema,
  user: valueSchema,
  outcome: valueSchema,
  billing: valueSchema,
  role: valueSchema,
  wire_format: valueSchema,
  operation: valueSchema,
} as const satisfies Record<DimensionName, typeof valueSchema>;

/** A whole number of rows. */
export function limitSchema(highest: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'is a number of rows')
    .transform(Number)
    .refine((limit) => limit <= highest, `is at most ${highest}`)
    .optional();
}

/** As a page gave it in `next`. */
export const cursorSchema = z
  .string()
  .regex(/^\d{1,15}-\d{1,15}$/, 'is no cursor that a page has given')
  .optional();

/** Dollars; `null` is unknown and never zero. */
export const dollarsSchema = z.number().nullable();
