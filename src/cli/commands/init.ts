import { chmodSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadConfig } from '../../config-io/load-config.ts';
import { readIfThere } from '../../config-io/read-if-there.ts';
import { replaceFile } from '../../config-io/replace-file.ts';
import { formatProblem, hasError } from '../../config/problems/problem.ts';
import { textDiff } from '../../connect/text-diff.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import { descriptorByName } from '../../providers/known-providers.ts';
import { canAsk, confirmed } from '../clients/confirm.ts';
import { CommandError } from '../command-error.ts';
import { checkProviders } from '../doctor/check-providers.ts';
import { EXIT } from '../exit-code.ts';
import { firstConfig, usualModel, type FirstConfig } from '../init/first-config.ts';
import { lookAround, type Surroundings } from '../init/surroundings.ts';
import { ownCommand } from '../own-command.ts';
import { openTerminal, toJson, type Environment, type Terminal } from '../terminal.ts';

interface InitOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly offline?: boolean;
  readonly provider?: readonly string[];
  readonly haiku?: string;
  readonly sonnet?: string;
  readonly opus?: string;
  readonly keyEnv?: string;
  readonly json?: boolean;
}

export function registerInitCommand(program: Command): void {
  program
    .command('init')
    .description(
      'the first run: looks around, writes a commented configuration, probes, offers to connect clients',
    )
    .option('--yes', 'ask nothing: what is not given by flags is chosen from what was found')
    .option('--provider <names...>', 'providers besides Anthropic')
    .option('--haiku <target>', 'provider/model for the tier haiku; sonnet and opus likewise')
    .option('--sonnet <target>', 'provider/model for the tier sonnet')
    .option('--opus <target>', 'provider/model for the tier opus')
    .option('--key-env <name>', 'the variable the key of the one provider is in')
    .option('--offline', 'ask no provider whether it can be reached')
    .option('--force', 'with --yes: replace a configuration that is there; the old one is kept beside it')
    .option('--json', 'what was found on this machine, as JSON; writes nothing')
    .action((options: InitOptions) => init(options, openTerminal()));
}

async function init(options: InitOptions, terminal: Terminal): Promise<void> {
  const { environment, note } = terminal;
  const found = await lookAround(environment);
  if (options.json === true) return terminal.data(toJson(found));
  const asks = options.yes !== true;
  if (asks && !canAsk(environment)) throw nobodyToAsk();
  const wanted = asks ? await askAll(found) : chosenByFlags(options, found);
  const loaded = await loadConfig({ flags: {}, environment });
  const written = await write(loaded.file, firstConfig(wanted), { options, asks, terminal });
  note(written ? `wrote ${loaded.file}` : `${loaded.file} stays as it is`);
  await probe(options, terminal);
  if (asks) await offerClients(found, environment);
  const command = ownCommand(environment);
  note(
    `next: ${command} start -d   then: ${command} run ${found.clients[0] ?? 'claude'}   or for good: ${command} connect ${found.clients[0] ?? 'claude'}`,
  );
}

function nobodyToAsk(): CommandError {
  return new CommandError({
    exitCode: EXIT.usage,
    what: 'nobody can be asked here',
    next: 'switchyard init --yes   (with --provider zai --haiku zai/glm-4.7 as you like)',
  });
}

async function askAll(found: Surroundings): Promise<FirstConfig> {
  return (await import('../init/ask-wizard.ts')).askFirstConfig(found);
}

/** Flags, and where they say nothing: providers whose key is there, and haiku to the first of them. */
function chosenByFlags(options: InitOptions, found: Surroundings): FirstConfig {
  const named = [options.haiku, options.sonnet, options.opus].flatMap(
    (target) => target?.split('/')[0] ?? [],
  );
  const given = options.provider ?? found.keys.map(({ provider }) => provider);
  const providers = [...new Set([...given, ...named])].filter((name) => name !== 'anthropic');
  for (const name of providers) if (descriptorByName(name) === undefined) throw unknownProvider(name);
  const [first] = providers;
  const model = first === undefined ? undefined : usualModel(first, 'haiku');
  const tiers: Partial<Record<Tier, string>> = {};
  for (const tier of TIERS) {
    const target = options[tier];
    if (target !== undefined) tiers[tier] = target;
  }
  const isOpen = options.haiku === undefined && named.length === 0;
  if (isOpen && first !== undefined && model !== undefined) tiers.haiku = `${first}/${model}`;
  const keys = options.keyEnv === undefined || first === undefined ? {} : { [first]: options.keyEnv };
  return { providers, tiers, keys };
}

function unknownProvider(name: string): CommandError {
  return new CommandError({
    exitCode: EXIT.usage,
    what: `${name} is no provider that is known by name`,
    next: 'docs/generated/config.md says how to configure any other',
  });
}

interface Writing {
  readonly options: InitOptions;
  readonly asks: boolean;
  readonly terminal: Terminal;
}

/** Never replaces what is there without being asked to; the old file is kept. @returns whether it wrote */
async function write(file: string, text: string, { options, asks, terminal }: Writing): Promise<boolean> {
  const present = readIfThere(file);
  if (present === text) return false;
  if (present !== undefined) {
    for (const line of textDiff(present, text)) terminal.data(line);
    const { environment } = terminal;
    const agreed = asks
      ? await confirmed({ message: `Replace ${file}?`, flag: '--force', environment })
      : options.force === true;
    if (!agreed) {
      if (!asks)
        terminal.note('a configuration is there already: --force replaces it, and keeps the old one');
      return false;
    }
    terminal.note(`the old one is kept as ${keep(file, present)}`);
  }
  replaceFile(file, text);
  chmodSync(file, 0o600);
  return true;
}

/** Under a name of its own: the first configuration somebody wrote by hand must outlive a second init. */
function keep(file: string, text: string): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${file}.before-init` : `${file}.before-init.${number}`;
    try {
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
      return path;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** Reads what was written as a start would, and knocks at each provider. */
async function probe(options: InitOptions, { environment, note, paintNote }: Terminal): Promise<void> {
  const loaded = await loadConfig({ flags: {}, environment });
  for (const problem of loaded.problems) note(paintNote('yellow', `note: ${formatProblem(problem)}`));
  if (loaded.kind !== 'valid' || hasError(loaded.problems))
    throw new CommandError({
      exitCode: EXIT.failure,
      what: `${loaded.file} cannot be used as it is`,
      next: 'switchyard config check',
    });
  if (options.offline === true) return;
  for (const { status, what } of await checkProviders(loaded.snapshot, environment))
    note(paintNote(status === 'ok' ? 'green' : 'yellow', `${status}: ${what}`));
}

async function offerClients({ clients }: Surroundings, environment: Environment): Promise<void> {
  const { askClients } = await import('../init/ask-wizard.ts');
  const { connectClient } = await import('./connect.ts');
  for (const client of await askClients(clients))
    await connectClient(client, {}, openTerminal(process, environment));
}
