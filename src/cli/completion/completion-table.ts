import type { Argument, Command, Option } from 'commander';

/** One word that may come next. */
interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** What may come after a command, by its words (`config check`; the program itself is the empty text). */
export type CompletionTable = ReadonlyMap<string, readonly Candidate[]>;

/** Everything the command line offers, read off the very definitions that parse it. */
export function completionTable(program: Command): CompletionTable {
  const table = new Map<string, readonly Candidate[]>();
  collect(program, [], table);
  return table;
}

function collect(command: Command, path: readonly string[], table: Map<string, readonly Candidate[]>): void {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  table.set(path.join(' '), [
    ...commands.map((child) => candidate(child.name(), child.description())),
    ...command.registeredArguments.flatMap(choicesOf),
    ...help.visibleOptions(command).flatMap(flagsOf),
  ]);
  for (const child of commands) {
    if (child.name() === 'help') continue; // Its words are the commands themselves.
    for (const name of [child.name(), ...child.aliases()]) collect(child, [...path, name], table);
  }
}

function choicesOf({ argChoices, description }: Argument): Candidate[] {
  return (argChoices ?? []).map((word) => candidate(word, description));
}

function flagsOf({ long, description }: Option): Candidate[] {
  return long === undefined || long === null ? [] : [candidate(long, description)];
}

/** On one line, and without what the shells' own quoting would have to escape. */
function candidate(word: string, description: string): Candidate {
  return {
    word,
    description: description
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/['"`$\\[\]:]/g, ' ')
      .trim(),
  };
}
