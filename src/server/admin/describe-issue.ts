import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with what was sent, as a sentence that names the place and never a value. Of several shapes that would
 * do, it speaks of the one that was most likely meant: the one with the fewest mistakes.
 */
export function describeIssue(issues: readonly Issue[], place: readonly PropertyKey[] = []): string {
  const [issue] = issues;
  if (issue === undefined) return 'Something in it is not as it must be.';
  const path = [...place, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.join(', ');
    return path.length === 0
      ? `${names} is no parameter of this path.`
      : `${path.join('.')} has no ${names}.`;
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = issue.errors.toSorted(
      (one, other) => one.length - other.length || depth(other) - depth(one),
    );
    return describeIssue(meant[0] ?? [], path);
  }
  return `${path.length === 0 ? 'The body' : path.join('.')}: ${issue.message}.`;
}

/** How far into the value a shape fits before it does not. */
function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
