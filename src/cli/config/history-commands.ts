/** `switchyard config history | rollback | edit`: the file as a whole, and what it was. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { etagOf } from '../../config-io/history/etag.ts';
import type { ConfigHistory, ConfigVersion } from '../../config-io/history/config-history.ts';
import { canAsk } from '../clients/confirm.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { openTerminal, toJson, type Environment } from '../terminal.ts';
import { applyEdit } from './apply-edit.ts';
import { openConfigFile, type ConfigChoice } from './config-file.ts';

export function registerHistoryCommands(config: Command, withSource: (command: Command) => Command): void {
  withSource(config.command('history'))
    .description('versions of the file: what was served, and what edits replaced')
    .option('--json', 'as JSON, on stdout')
    .action(showHistory);
  withSource(config.command('rollback'))
    .description('makes an earlier version the file again; the present one stays in the history')
    .argument('[number]', 'from config history; by default the newest that differs from the file', numberOf)
    .action(rollBack);
  withSource(config.command('edit'))
    .description('opens the file in $VISUAL or $EDITOR, and takes it over when it is right')
    .action(editByHand);
}

async function showHistory(options: ConfigChoice & { readonly json?: boolean }): Promise<void> {
  const { data, note, environment } = openTerminal();
  const { loaded, history } = await openConfigFile(options, environment);
  const versions = history.list();
  if (options.json) return data(toJson(versions.map((version) => describe(version, loaded.text, history))));
  if (versions.length === 0) note(`no version of ${loaded.file} is kept yet`);
  for (const version of versions) {
    const { number, kept, current, served } = describe(version, loaded.text, history);
    const marks = [current ? 'the file' : '', served ? 'served last' : ''].filter((mark) => mark !== '');
    data(`${String(number).padStart(4)}  ${kept}  ${version.etag}  ${marks.join(', ')}`.trimEnd());
  }
}

function describe(version: ConfigVersion, text: string | undefined, history: ConfigHistory) {
  return {
    number: version.number,
    kept: new Date(version.at).toISOString(),
    etag: version.etag,
    path: version.path,
    current: version.etag === etagOf(text),
    served: history.lastServed()?.number === version.number,
  };
}

async function rollBack(number: number | undefined, options: ConfigChoice): Promise<void> {
  const terminal = openTerminal();
  const file = await openConfigFile(options, terminal.environment);
  const { history, loaded } = file;
  const earlier = history.list().findLast(({ etag }) => etag !== etagOf(loaded.text));
  const wanted = number ?? earlier?.number;
  const text = wanted === undefined ? undefined : history.text(wanted);
  if (text === undefined)
    throw new CommandError({
      exitCode: EXIT.usage,
      what: wanted === undefined ? 'there is no other version' : `there is no version ${wanted}`,
      next: 'switchyard config history',
    });
  terminal.note(`version ${wanted}`);
  await applyEdit(file, { to: { text } }, terminal);
}

async function editByHand(options: ConfigChoice): Promise<void> {
  const terminal = openTerminal();
  const { VISUAL, EDITOR } = terminal.environment;
  if (!VISUAL && !EDITOR && !canAsk(terminal.environment)) throw nobodyToEdit();
  const file = await openConfigFile(options, terminal.environment);
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-edit-'));
  const draft = join(directory, 'switchyard.yaml');
  writeFileSync(draft, file.loaded.text ?? '', { mode: 0o600 });
  openEditor(draft, terminal.environment);
  const edit = { to: { text: readFileSync(draft, 'utf8') }, expected: etagOf(file.loaded.text) };
  try {
    await applyEdit(file, edit, terminal);
  } catch (error) {
    terminal.note(`what you wrote is kept in ${draft}`);
    throw error;
  }
  rmSync(directory, { recursive: true, force: true });
}

function nobodyToEdit(): CommandError {
  return new CommandError({
    exitCode: EXIT.usage,
    what: 'nobody can edit here: this is no terminal, and neither VISUAL nor EDITOR is set',
    next: 'switchyard config set PATH VALUE',
  });
}

/** The variable is a command line of the user's own shell, as every program that obeys it takes it. */
function openEditor(path: string, environment: Environment): void {
  const editor = environment['VISUAL'] || environment['EDITOR'] || DEFAULT_EDITOR;
  const { status, error } = spawnSync(`${editor} "${path}"`, { stdio: 'inherit', shell: true });
  if (error === undefined && status === 0) return;
  throw new CommandError({
    exitCode: EXIT.failure,
    what: `the editor (${editor}) ended with ${error?.message ?? `exit code ${status}`}; nothing was changed`,
    next: 'set VISUAL or EDITOR to an editor that is installed',
  });
}

const DEFAULT_EDITOR = process.platform === 'win32' ? 'notepad' : 'vi';

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a number of config history.');
  return number;
}
