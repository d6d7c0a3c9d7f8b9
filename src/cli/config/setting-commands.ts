/** `switchyard config get | set | unset`: one setting at a time. */
import type { Command } from 'commander';
import { parseDocument } from 'yaml';
import type { ConfigChange } from '../../config/edit/config-change.ts';
import { formatKeyPath, parseKeyPath, type KeyPath } from '../../config/layers/key-path.ts';
import { formatSource } from '../../config/problems/problem.ts';
import type { RawValue } from '../../config/layers/raw-value.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';
import { applyEdit } from './apply-edit.ts';
import { openConfigFile, type ConfigChoice } from './config-file.ts';

type WithSource = (command: Command) => Command;

export function registerSettingCommands(config: Command, withSource: WithSource): void {
  withSource(config.command('get'))
    .description('one setting as it is in effect')
    .argument('<path>', 'such as tiers.haiku, mappings[0].use or model_tiers["glm-4.7"]')
    .option('--json', 'as JSON, on stdout')
    .action(getSetting);
  withSource(config.command('set'))
    .description('writes one setting into the file; comments and layout stay')
    .argument('<path>', 'such as tiers.haiku')
    .argument('<value>', 'as in the file: zai/glm-4.7, 5, true, [zai, anthropic], { use: zai }')
    .action((path: string, value: string, options: ConfigChoice) =>
      change({ kind: 'set', path: pathOf(path), value: valueOf(value) }, options),
    );
  withSource(config.command('unset'))
    .description('takes one setting out of the file')
    .argument('<path>', 'such as tiers.haiku')
    .action((path: string, options: ConfigChoice) => change({ kind: 'remove', path: pathOf(path) }, options));
}

async function getSetting(text: string, options: ConfigChoice & { readonly json?: boolean }): Promise<void> {
  const { data, note, environment } = openTerminal();
  const path = pathOf(text);
  const { loaded } = await openConfigFile(options, environment);
  const value = at(loaded.provenance.values, path);
  if (value === undefined) throw new CommandError({ exitCode: EXIT.failure, what: `${text} is not set` });
  data(options.json || typeof value !== 'string' ? toJson(value) : value);
  note(`from ${formatSource(loaded.provenance.locate(path))}`);
}

async function change(edit: ConfigChange, options: ConfigChoice): Promise<void> {
  const terminal = openTerminal();
  const file = await openConfigFile(options, terminal.environment);
  await applyEdit(file, { to: { changes: [edit] } }, terminal);
  await tellWhoWins(edit.path, options, terminal);
}

/** A setting that the environment overrides has been written for nothing, which is worth a word. */
async function tellWhoWins(
  path: KeyPath,
  options: ConfigChoice,
  { environment, note }: Terminal,
): Promise<void> {
  const { loaded } = await openConfigFile(options, environment);
  const source = loaded.provenance.locate(path);
  if (source.kind === 'environment' || source.kind === 'flag')
    note(`but ${formatSource(source)} wins over the file for ${formatKeyPath(path)}`);
}

function pathOf(text: string): KeyPath {
  const path = parseKeyPath(text);
  if (path !== undefined) return path;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `${text} is no path of a setting`,
    next: 'switchyard config show lists them',
  });
}

/** Read as YAML, so that lists, numbers and mappings are written as in the file. */
function valueOf(text: string): RawValue {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  // A document without errors is made of what RawValue names; the schema checks the rest.
  if (document.errors.length === 0) return document.toJS({ maxAliasCount: 0 }) as RawValue;
  throw new CommandError({
    exitCode: EXIT.usage,
    what: 'the value is not valid YAML',
    next: 'put it in quotes, twice where the shell takes one: \'"a: b"\'',
  });
}

function at(values: RawValue, path: KeyPath): RawValue | undefined {
  let value: RawValue | undefined = values;
  for (const step of path) {
    // Own members of plain values, looked up by name or index.
    const entries: [string, RawValue][] =
      typeof value === 'object' && value !== null ? Object.entries(value) : [];
    value = entries.find(([key]) => key === String(step))?.[1];
  }
  return value;
}
