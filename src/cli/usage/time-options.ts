import { InvalidArgumentError, type Command } from 'commander';
import { parsePort } from '../parse-port.ts';
import { parseTime } from './parse-time.ts';

/** The options that all questions about usage share; times in Unix seconds. */
export interface RangeOptions {
  readonly since?: number;
  readonly until?: number;
  readonly port?: number;
}

const TIMES = '7d, 12h, today, 2026-01-15, 2026-01-15T12:00Z or Unix seconds';

export function addRangeOptions(command: Command): Command {
  return command
    .option('--since <time>', `from then on: ${TIMES}`, toTime)
    .option('--until <time>', 'up to then, exclusive', toTime)
    .option('--port <number>', 'the gateway on this port', parsePort);
}

/** As the admin API takes it. */
export function rangeQueryOf({ since, until }: RangeOptions): { since?: string; until?: string } {
  return {
    ...(since === undefined ? {} : { since: String(since) }),
    ...(until === undefined ? {} : { until: String(until) }),
  };
}

function toTime(text: string): number {
  const time = parseTime(text, Date.now());
  if (time === undefined) throw new InvalidArgumentError(`Give a time such as ${TIMES}.`);
  return time;
}
