import { InvalidArgumentError, type Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { formatExplanation } from '../guard/format-explanation.ts';
import { parsePort } from '../parse-port.ts';
import { usualPath } from '../probe/usual-path.ts';
import { readInput } from '../read-input.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';
import { showRequest } from './req.ts';

interface ExplainOptions {
  readonly port?: number;
  readonly json?: boolean;
  readonly req?: string;
  readonly path?: string;
  readonly model?: string;
  readonly header: readonly string[];
}

export function registerExplainCommand(program: Command): void {
  program
    .command('explain')
    .description('where a request would go now and why, without asking any provider')
    .argument('[file]', 'a request body as JSON, or {method, path, headers, body}; - reads it from stdin')
    .option('--req <id>', 'instead: where a recorded request went, and why')
    .option('--model <name>', 'without a file: a short request for this model; with a Gemini body: its model')
    .option('--path <path>', 'where the body would be sent; by default its format decides')
    .option('--header <line>', 'a header, as in "name: value"; may be repeated', collect, [])
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(async (file: string | undefined, options: ExplainOptions) => {
      const terminal = openTerminal();
      if (options.req === undefined) await explainRequest(file, options, terminal);
      else await showRequest(options.req, options, terminal);
    });
}

async function explainRequest(
  file: string | undefined,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<void> {
  const given = readGiven(file, options);
  const { client } = await requireGateway(terminal.environment, options.port);
  const body = {
    ...given,
    headers: { ...given.headers, ...Object.fromEntries(options.header.map(splitHeader)) },
    path: options.path ?? given.path ?? usualPath(given.body, options.model),
  };
  const explained = await client.call('explain', { body });
  if (options.json) terminal.data(toJson(explained));
  else for (const line of formatExplanation(explained, terminal.paintData)) terminal.data(line);
}

interface GivenRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** A whole request has a `body`; anything else is one. What is no JSON is explained as what it is. */
function readGiven(file: string | undefined, { model }: ExplainOptions): GivenRequest {
  if (file === undefined) {
    if (model === undefined) throw nothingGiven();
    return { body: { model, max_tokens: 1_024, messages: [{ role: 'user', content: 'hi' }] } };
  }
  const text = readInput(file);
  const value = parse(text);
  // The contract's schema checks what stands in it.
  if (isObject(value) && 'body' in value) return value as unknown as GivenRequest;
  return { body: value ?? text };
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function collect(line: string, lines: readonly string[]): readonly string[] {
  if (line.indexOf(':') < 1) throw new InvalidArgumentError('Write it as "name: value".');
  return [...lines, line];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The gateway says what is wrong with it.
  }
}

function nothingGiven(): CommandError {
  return new CommandError({
    exitCode: EXIT.usage,
    what: 'there is nothing to explain',
    why: 'Give a file with a request, --model with a name, or --req with the id of a recorded request.',
    next: 'switchyard explain --model claude-haiku-4-5',
  });
}
