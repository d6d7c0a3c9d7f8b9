import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '../../config/values/duration.ts';
import type { CaptureStateBody } from '../../contract/capture.ts';
import { CAPTURE_MODES, type CaptureMode } from '../../domain/capture.ts';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

interface CaptureOptions {
  readonly port?: number;
  readonly json?: boolean;
  readonly for?: number;
}

export function registerCaptureCommand(program: Command): void {
  program
    .command('capture')
    .description('keeps the bodies of requests and answers for a while: all, or those that failed')
    .argument('[mode]', CAPTURE_MODES.join(', '), parseMode)
    .option('--for <duration>', 'how long, such as 30m or 2h; capture.for by default', parseFor)
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action((mode: CaptureMode | undefined, options: CaptureOptions) =>
      switchCapture(mode, options, openTerminal()),
    );
}

async function switchCapture(
  mode: CaptureMode | undefined,
  options: CaptureOptions,
  terminal: Terminal,
): Promise<void> {
  const { client } = await requireGateway(terminal.environment, options.port);
  const time = options.for === undefined ? {} : { for_ms: options.for };
  const state =
    mode === undefined
      ? await client.call('capture')
      : await client.call('setCapture', { body: { mode, ...time } });
  if (options.json) return terminal.data(toJson(state));
  terminal.data(stateText(state));
}

function stateText({ mode, until, keep_days, captured }: CaptureStateBody): string {
  if (mode === 'off' || until === null)
    return `capture is off; ${captured} exchanges captured since the start`;
  const what = mode === 'errors' ? 'bodies of failed requests' : 'bodies of all requests';
  const end = new Date(until * 1000).toISOString();
  return `capture ${mode}: ${what} are kept until ${end}, for ${keep_days} days; ${captured} captured since the start`;
}

function parseMode(text: string): CaptureMode {
  const mode = CAPTURE_MODES.find((name) => name === text);
  if (mode !== undefined) return mode;
  throw new InvalidArgumentError(`It is one of ${CAPTURE_MODES.join(', ')}.`);
}

function parseFor(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError('It is a duration such as 30m or 2h.');
}
