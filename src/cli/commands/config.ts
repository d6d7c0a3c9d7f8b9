import type { Command } from 'commander';
import { loadConfig, type LoadedConfig } from '../../config-io/load-config.ts';
import { formatProblem, hasError } from '../../config/problems/problem.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { registerHistoryCommands } from '../config/history-commands.ts';
import { registerSettingCommands } from '../config/setting-commands.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';
import { formatSettings, settingsAsJson } from '../format-settings.ts';

export interface ConfigOptions {
  readonly config?: string;
  readonly envFile?: string;
  readonly allowAnthropicOnly?: boolean;
  readonly json?: boolean;
  readonly provenance?: boolean;
}

/** `switchyard config …`: what is said, where, whether it is right; and how it is changed. No output ever holds a secret. */
export function registerConfigCommand(program: Command): void {
  const config = program
    .command('config')
    .description('what the configuration says, whether it is right, and how it is changed');
  withSource(config.command('check'))
    .description('reads everything as a start would, and tells all that is wrong')
    .option('--json', 'as JSON, on stdout')
    .action(run(checkConfig));
  withSource(config.command('path'))
    .description('the file the configuration is read from')
    .action(run(showPath));
  withSource(config.command('show'))
    .description('every setting as it is in effect; secrets as references only')
    .option('--provenance', 'with where each setting comes from')
    .option('--json', 'as JSON, on stdout')
    .action(run(showConfig));
  registerSettingCommands(config, withSource);
  registerHistoryCommands(config, withSource);
}

function withSource(command: Command): Command {
  return command
    .option('--config <path>', 'read this configuration file')
    .option('--env-file <path>', 'read variables from this file')
    .option('--allow-anthropic-only', 'as with this flag of start');
}

type Act = (loaded: LoadedConfig, options: ConfigOptions, terminal: Terminal) => ExitCode;

function run(act: Act): (options: ConfigOptions) => Promise<void> {
  return async (options) => {
    const terminal = openTerminal();
    const { config, envFile, allowAnthropicOnly } = options;
    const flags = { config, envFile, allowAnthropicOnly };
    const loaded = await loadConfig({ flags, environment: terminal.environment });
    process.exitCode = act(loaded, options, terminal);
  };
}

export function checkConfig(loaded: LoadedConfig, options: ConfigOptions, terminal: Terminal): ExitCode {
  if (options.json) terminal.data(toJson(problemsAsJson(loaded)));
  else for (const problem of loaded.problems) terminal.data(`${problem.severity}: ${formatProblem(problem)}`);
  const place = loaded.fileExists ? loaded.file : 'built-in defaults';
  const errors = loaded.problems.filter(({ severity }) => severity === 'error').length;
  const warnings = loaded.problems.length - errors;
  const counts = `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
  terminal.note(errors === 0 && warnings === 0 ? `${place}: fine` : `${place}: ${counts}`);
  return hasError(loaded.problems) ? EXIT.failure : EXIT.ok;
}

export function showPath(loaded: LoadedConfig, _options: ConfigOptions, terminal: Terminal): ExitCode {
  terminal.data(loaded.file);
  if (!loaded.fileExists) terminal.note('There is no such file: the built-in defaults hold.');
  return EXIT.ok;
}

export function showConfig(loaded: LoadedConfig, options: ConfigOptions, terminal: Terminal): ExitCode {
  for (const problem of loaded.problems) terminal.note(`${problem.severity}: ${formatProblem(problem)}`);
  if (options.json) terminal.data(toJson(settingsAsJson(loaded)));
  else for (const line of formatSettings(loaded, options.provenance === true)) terminal.data(line);
  return hasError(loaded.problems) ? EXIT.failure : EXIT.ok;
}

function problemsAsJson(loaded: LoadedConfig): object {
  return {
    file: loaded.file,
    exists: loaded.fileExists,
    valid: loaded.kind === 'valid',
    problems: loaded.problems.map((problem) => ({ ...problem, text: formatProblem(problem) })),
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
