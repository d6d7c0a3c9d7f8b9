import type { Command } from 'commander';
import type { ConfigChange } from '../../config/edit/config-change.ts';
import { read } from '../../config/edit/edit-yaml.ts';
import {
  deleteProfileChange,
  saveProfileChange,
  useProfileChange,
} from '../../config/edit/profile-changes.ts';
import { applyEdit } from '../config/apply-edit.ts';
import { openConfigFile, type ConfigChoice, type ConfigFile } from '../config/config-file.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';

/** `switchyard profile list | use | save | delete`: other ways to route, by name. */
export function registerProfileCommand(program: Command): void {
  const profile = program.command('profile').description('other ways to route, by name');
  withSource(profile.command('list'))
    .description('the profiles of the file, and which is in use')
    .option('--json', 'as JSON, on stdout')
    .action(listProfiles);
  withSource(profile.command('use'))
    .description('puts a profile into use, in the file; a gateway that runs follows at once')
    .argument('<name>', 'from profile list; none uses the file without one')
    .action((name: string, options: ConfigChoice) =>
      change(options, (file) => {
        if (name !== 'none') requireProfile(file, name);
        return useProfileChange(name === 'none' ? undefined : name);
      }),
    );
  withSource(profile.command('save'))
    .description('writes the routes of the file, as they are in use, as a profile')
    .argument('<name>', 'a new name, or one that is written over')
    .action((name: string, options: ConfigChoice) =>
      change(options, (file) => saveProfileChange(valuesOf(file), name)),
    );
  withSource(profile.command('delete'))
    .description('removes a profile that is not in use')
    .argument('<name>', 'from profile list')
    .action((name: string, options: ConfigChoice) =>
      change(options, (file) => {
        refuseInUse(file, name);
        return deleteProfileChange(valuesOf(file), name) ?? requireProfile(file, name);
      }),
    );
}

function withSource(command: Command): Command {
  return command
    .option('--config <path>', 'this configuration file')
    .option('--env-file <path>', 'read variables from this file');
}

async function listProfiles(options: ConfigChoice & { readonly json?: boolean }): Promise<void> {
  const { data, note, environment } = openTerminal();
  const { loaded } = await openConfigFile(options, environment);
  if (loaded.snapshot === undefined) throw broken(loaded.file);
  const { profile: active, profiles } = loaded.snapshot;
  const names = [...profiles.keys()];
  if (options.json) return data(toJson({ active: active ?? null, profiles: names }));
  if (names.length === 0) note('There are no profiles: switchyard profile save NAME writes one.');
  for (const name of names) data(name === active ? `${name}  in use` : name);
}

async function change(options: ConfigChoice, edit: (file: ConfigFile) => ConfigChange): Promise<void> {
  const terminal = openTerminal();
  const file = await openConfigFile(options, terminal.environment);
  await applyEdit(file, { to: { changes: [edit(file)] } }, terminal);
  tellWhoWins(terminal);
}

function tellWhoWins({ environment, note }: Terminal): void {
  const variable = environment['SWITCHYARD_PROFILE'];
  if (variable !== undefined && variable !== '')
    note(`but SWITCHYARD_PROFILE=${variable} wins over the file`);
}

function valuesOf({ loaded }: ConfigFile) {
  return read(loaded.text ?? '') ?? {};
}

/** @throws CommandError when there is no profile of this name */
function requireProfile({ loaded }: ConfigFile, name: string): never | ConfigChange {
  if (loaded.snapshot?.profiles.has(name) === true) return useProfileChange(name);
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `there is no profile named ${name}`,
    next: 'switchyard profile list',
  });
}

function refuseInUse({ loaded }: ConfigFile, name: string): void {
  if (loaded.snapshot?.profile !== name) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `the profile ${name} is in use`,
    next: 'switchyard profile use none   (or another), then the same command again',
  });
}

function broken(file: string): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `${file} cannot be served`,
    next: 'switchyard config check',
  });
}
