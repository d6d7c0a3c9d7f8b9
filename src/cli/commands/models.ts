import type { Command } from 'commander';
import { loadConfig } from '../../config-io/load-config.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import { EXIT } from '../exit-code.ts';
import { formatModels, modelOverview } from '../format-models.ts';
import { openTerminal, toJson } from '../terminal.ts';

interface ModelsOptions {
  readonly config?: string;
  readonly envFile?: string;
  readonly json?: boolean;
}

/** Reads the configuration only: no gateway has to run, and no provider is asked. */
export function registerModelsCommand(program: Command): void {
  program
    .command('models')
    .description(
      'the model names clients may ask for, where they lead, and what is known of the models there',
    )
    .option('--config <path>', 'read this configuration file')
    .option('--env-file <path>', 'read variables from this file')
    .option('--json', 'as JSON, on stdout')
    .action(listModels);
}

async function listModels({ config, envFile, json }: ModelsOptions): Promise<void> {
  const terminal = openTerminal();
  const loaded = await loadConfig({ flags: { config, envFile }, environment: terminal.environment });
  if (loaded.kind === 'invalid') {
    for (const problem of loaded.problems) terminal.note(`${problem.severity}: ${formatProblem(problem)}`);
    process.exitCode = EXIT.failure;
    return;
  }
  const overview = modelOverview(loaded.snapshot);
  if (json) terminal.data(toJson(overview));
  else for (const line of formatModels(overview)) terminal.data(line);
}
