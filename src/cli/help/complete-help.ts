/** What `--help` says beyond the definitions: groups, examples, files, variables, exit codes. */
import { Help, type Command } from 'commander';
import { groupOf } from './command-groups.ts';
import { EXAMPLES } from './examples.ts';

const PROGRAM_NOTES = `
Files:
  configuration   switchyard config path
  state, ledger   SWITCHYARD_STATE_DIR, else the user's state directory; switchyard status names it

Variables:
  SWITCHYARD_CONFIG, SWITCHYARD_STATE_DIR, SWITCHYARD_HOME, PORT, NO_COLOR, SWITCHYARD_DEBUG (stack traces)
  and those of the configuration: switchyard config show names the source of every setting

Exit codes:
  0  done      1  it failed      2  it was called or configured wrongly
  3  no gateway answers          4  the admin token is missing or wrong
  5  it works, but not all of it; run passes on the exit code of the client

Pages: http://127.0.0.1:8082/docs/ while a gateway runs. One command in full: switchyard help COMMAND`;

/** What is shown of a command besides its definition; the reference of commands shows the same. */
export function examplesOf(command: string): string | undefined {
  const examples = EXAMPLES[command];
  if (examples === undefined) return undefined;
  const width = Math.max(...examples.map(({ words }) => words.length));
  return examples.map(({ words, does }) => `  switchyard ${words.padEnd(width)}   ${does}`).join('\n');
}

/** A description with less room than this reads like a newspaper column. */
const LEAST_ROOM = 36;

/** On a narrow terminal the description stands below its command. */
function formatNarrowItem(term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? 80;
  if (description === '' || width - termWidth - 4 >= LEAST_ROOM)
    return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
  const wrapped = helper.boxWrap(description, width - 6);
  return `  ${term}\n${wrapped.replaceAll(/^/gm, '      ')}`;
}

/** Completes the help of a program and of the commands it has. */
export function completeHelp(program: Command): void {
  program.configureHelp({ formatItem: formatNarrowItem });
  program.addHelpText('after', PROGRAM_NOTES);
  for (const command of program.commands) {
    const group = groupOf(command.name());
    if (group !== undefined) command.helpGroup(`${group}:`);
    const examples = examplesOf(command.name());
    if (examples !== undefined) command.addHelpText('after', `\nExamples:\n${examples}`);
  }
}
