import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { assembleConfig } from '../../config/layers/assemble.ts';
import { importFile } from '../../config/import/import-file.ts';
import { ImportError, type Imported } from '../../config/import/imported.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import { isLoopbackHost } from '../../config/values/ip-address.ts';
import { createRedactor } from '../../lib/redact.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import { printable } from '../../telemetry/printable.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { readInput } from '../read-input.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly out?: string;
}

export function registerImportCommand(program: Command): void {
  program
    .command('import')
    .description(
      "writes another program's settings as a configuration of ours, and says what it understood and what not",
    )
    .argument(
      '<file>',
      "proxy_chain.json, .env or .envrc, cc-proxy.toml, claude-code-router's config.json, LiteLLM's YAML",
    )
    .option('--dry-run', 'print it on stdout and write nothing')
    .option('--out <path>', 'write it there')
    .action((file: string, options: ImportOptions) =>
      importConfiguration(resolve(file), options, openTerminal()),
    );
}

async function importConfiguration(path: string, options: ImportOptions, terminal: Terminal): Promise<void> {
  const { environment, note, data, paintNote } = terminal;
  const imported = readImport(path);
  const text = render(path, imported);
  for (const line of imported.understood) note(`understood: ${shown(line)}`);
  for (const line of imported.ignored) note(paintNote('yellow', `left out:   ${shown(line)}`));
  for (const line of imported.notes) note(`note:       ${shown(line)}`);
  for (const line of imported.advice) note(`to do:      ${shown(line)}`);
  tellProblems(path, text, terminal);
  if (options.dryRun === true) return data(text.trimEnd());
  const target =
    options.out === undefined ? (await loadConfig({ flags: {}, environment })).file : resolve(options.out);
  if (existsSync(target)) throw alreadyThere(target);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  writeFileSync(target, text, { mode: 0o600, flag: 'wx' });
  note(`wrote ${target}; ${path} is as it was`);
}

const redact = createRedactor([]);

/** Names out of the file are anybody's: neither what steers a terminal nor what looks like a key is shown. */
function shown(line: string): string {
  return printable(redact(line).text, 1_000);
}

function readImport(path: string): Imported {
  const text = readInput(path);
  try {
    const imported = importFile({ path, text }, parseEnv);
    if (imported !== undefined) return imported;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    throw new CommandError(
      { exitCode: EXIT.failure, what: `${path} cannot be imported: ${error.message}` },
      error,
    );
  }
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `${path} is no file that is known here`,
    next: path.endsWith('circuit_breaker_state.json')
      ? `switchyard breakers import ${path}   takes over its breakers, with the gateway running`
      : 'switchyard help import   names what is',
  });
}

function render(path: string, { from, values }: Imported): string {
  return `# Imported from ${path} (${from}). Keys are references: the values stay where they were.\n${stringify(values)}`;
}

/** What is written is read as a start would read it, but for keys that are not set here. */
function tellProblems(path: string, text: string, { note, paintNote }: Terminal): void {
  const environment = { values: {}, files: new Map<string, string>() };
  const file = { path: `${path}.yaml`, text };
  const { config, problems } = assembleConfig({ file, environment, flags: {} });
  for (const problem of problems) note(paintNote('yellow', `check:      ${shown(formatProblem(problem))}`));
  for (const { host, port } of config?.server.listen ?? [])
    if (!isLoopbackHost(host))
      note(
        `to do:      ${host}:${port} can be reached by other machines: make a key for each (switchyard keys create NAME), or listen on localhost:${port}`,
      );
}

function alreadyThere(target: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${target} exists, and nothing is written over it`,
    next: 'the same command with --out another.yaml, or with --dry-run to take over parts by hand',
  });
}
