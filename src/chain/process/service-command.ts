import type { ServiceCommand } from '../../domain/chain.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { cmdWords } from '../../lib/windows-words.ts';

/** What stands behind the names in braces. */
export type Placeholders = Readonly<Record<'port' | 'url' | 'next_url' | 'gateway_url', string>>;

/** Fills placeholders in; a brace around anything else is left as it stands. */
export function fillIn(text: string, placeholders: Placeholders): string {
  return text.replaceAll(/\{(port|url|next_url|gateway_url)\}/g, (_, name: keyof Placeholders) => {
    return placeholders[name];
  });
}

/** A program and its words, ready for `spawn` without a shell of Node's. */
export interface Spawnable {
  readonly file: string;
  readonly words: readonly string[];
  /** Windows: the words are one command line already and must not be quoted once more. */
  readonly verbatim: boolean;
}

export interface CommandContext {
  readonly placeholders: Placeholders;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/**
 * A command as it is started. Placeholders are filled into finished words, so that nothing in them can become a
 * further word; `~/` at the beginning of a word is the home directory, as no shell is there to say so.
 */
export function spawnableCommand(command: ServiceCommand, context: CommandContext): Spawnable {
  const { placeholders, platform, home } = context;
  const isWindows = platform === 'win32';
  switch (command.kind) {
    case 'shell': {
      const text = fillIn(command.text, placeholders);
      return isWindows
        ? { file: 'cmd.exe', words: ['/d', '/s', '/c', `"${text}"`], verbatim: true }
        : { file: '/bin/sh', words: ['-c', text], verbatim: false };
    }
    case 'words': {
      const [file = '', ...words] = command.words
        .map((word) => fillIn(word, placeholders))
        .map((word) => (word.startsWith('~/') ? home + word.slice(1) : word));
      return isWindows ? windowsCommand(file, words) : { file, words, verbatim: false };
    }
    default:
      return assertNever(command);
  }
}

/** Windows runs `.exe` files itself; everything else that is called by a bare name is a script that cmd reads. */
function windowsCommand(file: string, words: readonly string[]): Spawnable {
  if (/\.(?:exe|com)$/i.test(file)) return { file, words, verbatim: false };
  return { file: 'cmd.exe', words: cmdWords(file, words), verbatim: true };
}
