/**
 * The operator's log: JSON lines for files and collectors, short lines for a terminal. Values of type Secret
 * write themselves as `[secret]` in both.
 */
import type * as Pino from 'pino';
import { lazy, lazyModule } from '../lib/lazy.ts';
import { createPaint, type Color } from './paint.ts';
import { printable } from './printable.ts';

/** Facts that go with a message. Never put a whole request, header list or body into one. */
type LogDetails = Readonly<Record<string, unknown>>;

export interface Log {
  info(details: LogDetails, message: string): void;
  warn(details: LogDetails, message: string): void;
  error(details: LogDetails, message: string): void;
}

export interface LogOptions {
  readonly format: 'json' | 'human';
  /** Colours of the human format. */
  readonly color: boolean;
  /** Gets one whole line with its newline. */
  readonly write: (line: string) => void;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

const MAX_VALUE_LENGTH = 400;

export function createLog(options: LogOptions): Log {
  return options.format === 'json' ? createJsonLog(options) : createHumanLog(options);
}

const loadPino = lazyModule<typeof Pino>(import.meta.url, 'pino');

/** Pino comes with the first line: most gateways say nothing in their log for hours. */
function createJsonLog({ write, now }: LogOptions): Log {
  const log = lazy(() => {
    const { pino } = loadPino();
    return pino(
      {
        base: null,
        timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: pino.stdSerializers.errWithCause },
      },
      { write },
    );
  });
  return {
    info: (details, message) => log().info(details, message),
    warn: (details, message) => log().warn(details, message),
    error: (details, message) => log().error(details, message),
  };
}

const LEVEL_COLORS = { info: 'dim', warn: 'yellow', error: 'red' } as const satisfies Record<
  keyof Log,
  Color
>;

/** So many different messages are remembered; more are none that repeat with every request. */
const MOST_TOLD = 200;

function createHumanLog({ write, now, color }: LogOptions): Log {
  const paint = createPaint({ color });
  const told = new Set<string>();
  const line = (level: keyof Log) => (details: LogDetails, message: string) => {
    if (isRepeated(told, details, message)) return;
    const time = new Date(now()).toTimeString().slice(0, 8);
    const values = Object.entries(details).map(([name, value]) => `${name}=${formatValue(value)}`);
    const head = `${paint('dim', time)} ${paint(LEVEL_COLORS[level], level.padEnd(5))}`;
    const text = printable(message, MAX_VALUE_LENGTH);
    write(`${[head, text, ...values.map((value) => paint('dim', value))].join(' ')}\n`);
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** What a filter takes out is the same with every request of a client: people are told once, files every time. */
function isRepeated(told: Set<string>, { provider }: LogDetails, message: string): boolean {
  if (!message.startsWith('[Filter]')) return false;
  // A conversation that grows has one block more to lose with every request, which is no news.
  const text = `${String(provider)} ${message.replaceAll(/ \d+ ([^,]+?)s?(?=,|$)/g, ' $1')}`;
  if (told.has(text)) return true;
  if (told.size >= MOST_TOLD) told.clear();
  told.add(text);
  return false;
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return printable(errorText(value), MAX_VALUE_LENGTH);
  const text = typeof value === 'string' && !/[\s"=]/.test(value) ? value : serialise(value);
  return printable(text, MAX_VALUE_LENGTH);
}

/** The message and those of its causes; stacks stay in the JSON log. */
function errorText(error: Error): string {
  const cause = error.cause instanceof Error ? ` (${errorText(error.cause)})` : '';
  return `${error.name}: ${error.message}${cause}`;
}

/** A log line must not fail: what JSON cannot hold (cycles, bigint) is named by its type. */
function serialise(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `[${typeof value}]`;
  }
}
