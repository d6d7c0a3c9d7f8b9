import { InvalidArgumentError, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { formatBreakers } from '../guard/format-breakers.ts';
import { parsePort } from '../parse-port.ts';
import { readInput } from '../read-input.ts';
import { openTerminal, toJson } from '../terminal.ts';

interface BreakersOptions {
  readonly port?: number;
  readonly json?: boolean;
}

export function registerBreakersCommand(program: Command): void {
  const breakers = program
    .command('breakers')
    .description('targets that are left alone after failures, and for how long')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (options: BreakersOptions) => {
      const terminal = openTerminal();
      const { client } = await requireGateway(terminal.environment, options.port);
      const state = await client.call('breakers');
      if (options.json) terminal.data(toJson(state));
      else for (const line of formatBreakers(state, terminal.paintData)) terminal.data(line);
    });
  breakers
    .command('reset')
    .description('asks targets again: all, or those of one provider or one target')
    .argument('[target]', 'provider, or provider/model')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .action(async (target: string | undefined, { port }: BreakersOptions) => {
      const { client, note } = await open(port);
      const { reset } = await client.call('resetBreakers', { body: partsOf(target) });
      note(reset === 0 ? `reset 0: ${target ?? 'no target'} was not left alone` : `reset ${reset}`);
    });
  breakers
    .command('open')
    .description('leaves a target alone, for a time')
    .argument('<target>', 'provider/model')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--seconds <number>', 'how long; as long as a breaker may stay open by default', parseSeconds)
    .action(async (target: string, { port, seconds }: BreakersOptions & { readonly seconds?: number }) => {
      const { client, note } = await open(port);
      const { provider = '', model } = partsOf(target);
      if (model === undefined) throw usage(`${target} names no model`, 'name the target as provider/model');
      const forMs = seconds === undefined ? {} : { for_ms: seconds * 1000 };
      const { opened } = await client.call('openBreaker', { body: { provider, model, ...forMs } });
      note(`left alone: ${opened}`);
    });
  breakers
    .command('import')
    .description('takes over what is still open in a circuit_breaker_state.json')
    .argument('<file>', 'the file of claude-code-proxy')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .action(async (file: string, { port }: BreakersOptions) => {
      const { client, note } = await open(port);
      const { opened } = await client.call('importBreakers', { body: { file: readObject(file) } });
      note(`left alone: ${opened}`);
    });
}

async function open(port: number | undefined) {
  const { environment, note } = openTerminal();
  const { client } = await requireGateway(environment, port);
  return { client, note };
}

function partsOf(target: string | undefined): { provider?: string; model?: string } {
  if (target === undefined) return {};
  const slash = target.indexOf('/');
  if (slash === -1) return { provider: target };
  return { provider: target.slice(0, slash), model: target.slice(slash + 1) };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && Number.isFinite(seconds))) throw new InvalidArgumentError('Give a number of seconds.');
  return seconds;
}

function readObject(file: string): Record<string, unknown> {
  const text = readInput(file);
  try {
    const value: unknown = JSON.parse(text);
    // A non-null object that is no array has string keys; the gateway checks what stands in it.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (cause) {
    throw usage(`${file} cannot be read as JSON`, undefined, cause);
  }
  throw usage(`${file} holds no object`);
}

function usage(what: string, next?: string, cause?: unknown): CommandError {
  return new CommandError({ exitCode: EXIT.usage, what, next }, cause);
}
