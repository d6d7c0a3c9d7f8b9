import { describeIssue } from '../problems/describe-issue.ts';
import type { ConfigLayer } from './layer.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { configSchema } from '../schema/config-schema.ts';

/** Everything that is wrong with one layer taken by itself; all of it at once. */
export function checkLayer(layer: ConfigLayer): readonly ConfigProblem[] {
  const result = configSchema.safeParse(layer.values, { reportInput: true });
  if (result.success) return [];
  return result.error.issues.flatMap(describeIssue).map((description) => ({
    ...description,
    severity: 'error',
    source: layer.locate(description.path),
  }));
}
