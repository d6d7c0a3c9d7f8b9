import { describeIssue } from '../problems/describe-issue.ts';
import type { ConfigLayer } from './layer.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { configSchema } from '../schema/config-schema.ts';

/** A configuration is read once: code compiled for its schema would cost a start three times what it saves. */
export const READ_ONCE = { reportInput: true, jitless: true } as const;

/** Everything that is wrong with one layer taken by itself; all of it at once. */
export function checkLayer(layer: ConfigLayer): readonly ConfigProblem[] {
  const result = configSchema.safeParse(layer.values, READ_ONCE);
  if (result.success) return [];
  return result.error.issues.flatMap(describeIssue).map((description) => ({
    ...description,
    severity: 'error',
    source: layer.locate(description.path),
  }));
}
