import { z } from 'zod';
import { createLog } from '../../telemetry/log.ts';
import { printable } from '../../telemetry/printable.ts';

const logLineSchema = z.looseObject({
  level: z.enum(['info', 'warn', 'error']),
  time: z.iso.datetime(),
  msg: z.string(),
});

const MAX_LENGTH = 2_000;

/** A line of the operator's log for a person. Lines that are not ours in JSON come as they are, made safe. */
export function formatLogLine(line: string, color: boolean): string {
  const parsed = logLineSchema.safeParse(parseJson(line)).data;
  if (parsed === undefined) return printable(line, MAX_LENGTH);
  const { level, time, msg, ...details } = parsed;
  let text = '';
  const write = (written: string): void => void (text = written.trimEnd());
  createLog({ format: 'human', color, now: () => Date.parse(time), write })[level](details, msg);
  return text;
}

/** The same line for `--json`: ours unchanged, anything else wrapped, so that every line is an object. */
export function jsonLogLine(line: string): string {
  const parsed = parseJson(line);
  return typeof parsed === 'object' && parsed !== null ? line : JSON.stringify({ msg: line });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Not a line of the logger: the start-up block, or a crash of the runtime.
  }
}
