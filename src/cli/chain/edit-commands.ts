/** `chain add | remove | enable | disable | move`: edits of the configuration file, with or without a gateway. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { CHAIN_PRESETS, type ChainPreset } from '../../config/build/chain-presets.ts';
import {
  addEntry,
  chainEntries,
  indexOfEntry,
  inOrder,
  moveEntry,
  removeEntry,
  switchEntry,
} from '../../config/edit/chain-changes.ts';
import type { ConfigChange } from '../../config/edit/config-change.ts';
import type { RawObject } from '../../config/layers/raw-value.ts';
import { CommandError } from '../command-error.ts';
import { applyEdit } from '../config/apply-edit.ts';
import { openConfigFile, type ConfigChoice } from '../config/config-file.ts';
import { EXIT } from '../exit-code.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal } from '../terminal.ts';

interface AddOptions extends ConfigChoice {
  readonly name?: string;
  readonly side?: 'before' | 'after';
  readonly url?: string;
  readonly servicePort?: number;
  readonly cmd?: string;
  readonly providers?: string;
}

export function registerEditCommands(chain: Command): void {
  const withSource = (command: Command): Command =>
    command.option('--config <path>', 'in this configuration file');
  withSource(chain.command('add'))
    .argument('<id>', `a known helper (${Object.keys(CHAIN_PRESETS).join(', ')}), or a name of your own`)
    .description('writes an entry into the configuration')
    .option('--name <text>', 'what people read')
    .addOption(new Option('--side <side>', 'of the gateway').choices(['before', 'after']))
    .option('--url <url>', 'where it answers')
    .option('--service-port <number>', 'its port on this machine', parsePort)
    .option('--cmd <command>', 'the command that starts it')
    .option('--providers <names>', 'after the gateway: the providers it stands in front of, with commas')
    .action((id: string, options: AddOptions) =>
      edit(options, (entries) => [addition(entries, id, options)]),
    );
  withSource(chain.command('remove').argument('<id>', 'which entry'))
    .description('takes an entry out of the configuration')
    .action((id: string, options: ConfigChoice) =>
      edit(options, (entries) => [removeEntry(found(entries, id))]),
    );
  for (const [word, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    withSource(chain.command(word).argument('<id>', 'which entry'))
      .description(`${word}s an entry; ${enabled ? 'it starts' : 'it stops'} with the change`)
      .action((id: string, options: ConfigChoice) =>
        edit(options, (entries) => [switchEntry(found(entries, id), enabled)]),
      );
  withSource(chain.command('move').argument('<id>', 'which entry'))
    .argument('<place>', 'up, down, or its new place among the entries, from 1', parsePlace)
    .description('moves an entry to another place in the chain')
    .action((id: string, place: Place, options: ConfigChoice) =>
      edit(options, (entries) => movement(entries, id, place)),
    );
}

async function edit(
  choice: ConfigChoice,
  changesOf: (entries: readonly RawObject[]) => readonly ConfigChange[],
): Promise<void> {
  const terminal = openTerminal();
  const file = await openConfigFile(choice, terminal.environment);
  const changes = changesOf(chainEntries(file.loaded.provenance.values));
  await applyEdit(file, { to: { changes } }, terminal);
}

function addition(entries: readonly RawObject[], id: string, options: AddOptions): ConfigChange {
  if (indexOfEntry(entries, id) >= 0)
    throw new CommandError({
      exitCode: EXIT.usage,
      what: `there is an entry ${id} in the chain already`,
      next: `switchyard chain enable ${id}   or: switchyard chain remove ${id}`,
    });
  const { name, side, url, servicePort, cmd, providers } = options;
  const preset = isPreset(id) ? CHAIN_PRESETS[id] : undefined;
  if (preset === undefined && url === undefined && servicePort === undefined) throw unknownHelper(id);
  return addEntry(entries, {
    ...(preset ?? { id, name: name ?? id }),
    ...(name === undefined ? {} : { name }),
    ...(side === undefined ? {} : { side }),
    ...(url === undefined ? {} : { url }),
    ...(servicePort === undefined ? {} : { port: servicePort }),
    ...(cmd === undefined ? {} : { service_cmd: cmd }),
    ...(providers === undefined ? {} : { providers: providers.split(',').map((each) => each.trim()) }),
  });
}

function unknownHelper(id: string): CommandError {
  const known = Object.keys(CHAIN_PRESETS).join(', ');
  return new CommandError({
    exitCode: EXIT.usage,
    what: `${id} is none of the helpers that are known here (${known})`,
    why: 'An entry of your own needs to know where it answers.',
    next: `switchyard chain add ${id} --service-port 9000 --cmd "its command"   or: --url URL`,
  });
}

function isPreset(id: string): id is ChainPreset {
  return Object.hasOwn(CHAIN_PRESETS, id);
}

/** @throws CommandError that names the entries there are */
function found(entries: readonly RawObject[], id: string): number {
  const index = indexOfEntry(entries, id);
  if (index >= 0) return index;
  const ids = entries.map(({ id: each }) => (typeof each === 'string' ? each : '?'));
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `there is no entry ${id} in the chain`,
    next: ids.length === 0 ? 'switchyard chain add headroom' : `one of: ${ids.join(', ')}`,
  });
}

type Place = 'up' | 'down' | number;

function movement(entries: readonly RawObject[], id: string, place: Place): readonly ConfigChange[] {
  const from = found(entries, id);
  const moved = entries[from];
  const now = moved === undefined ? from : inOrder(entries).indexOf(moved);
  const wanted = place === 'up' ? now - 1 : place === 'down' ? now + 1 : place - 1;
  const to = Math.min(Math.max(wanted, 0), entries.length - 1);
  return to === now ? [] : moveEntry(entries, { from, to });
}

function parsePlace(text: string): Place {
  if (text === 'up' || text === 'down') return text;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give up, down or a place from 1.');
}
