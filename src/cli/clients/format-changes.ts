import type { FileChange } from '../../connect/connection.ts';
import { textDiff } from '../../connect/text-diff.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { createRedactor } from '../../lib/redact.ts';
import { printable } from '../../telemetry/printable.ts';

const redact = createRedactor([]);

/** The changes of files as a person reads them, keys taken out: which file, which lines. Files that stay as they are are left out. */
export function formatChanges(changes: readonly FileChange[], paint: Paint): string[] {
  return changes.flatMap(({ path, before, after }) => {
    const old = before?.bytes.toString('utf8') ?? '';
    const next = after?.toString('utf8') ?? '';
    if (before !== undefined && after !== undefined && before.bytes.equals(after)) return [];
    if (before === undefined && after === undefined) return [];
    const word = before === undefined ? ' (new)' : after === undefined ? ' (removed)' : '';
    return [
      `${path}${word}`,
      ...textDiff(old, next).map(
        (line) => `  ${painted(printable(redact(line).text.replaceAll('\t', '  '), 400), paint)}`,
      ),
    ];
  });
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return paint('dim', line);
}
