import type { FileChange } from '../../connect/connection.ts';
import { textDiff } from '../../connect/text-diff.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { createRedactor, REDACTED } from '../../lib/redact.ts';
import { printable } from '../../telemetry/printable.ts';

const redact = createRedactor([]);

/** A client key of any form, under the header it travels in. */
const KEY = /(x-switchyard-key["']?\s*[:=]\s*["']?)[^\s"'\\,]+/gi;

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
        (line) => `  ${painted(printable(withoutKeys(line).replaceAll('\t', '  '), 400), paint)}`,
      ),
    ];
  });
}

function withoutKeys(line: string): string {
  return redact(line).text.replace(KEY, `$1${REDACTED}`);
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return paint('dim', line);
}
