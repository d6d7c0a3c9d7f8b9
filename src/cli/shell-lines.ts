import { assertNever } from '../lib/assert-never.ts';
import type { EnvironmentChange } from '../connect/client-setup.ts';
import type { Environment } from './terminal.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const;

export type Shell = (typeof SHELLS)[number];

/** The shell the user sits in, as far as the environment tells. */
export function guessShell(environment: Environment, platform = process.platform): Shell {
  const name = (environment['SHELL'] ?? '').split('/').at(-1);
  const known = SHELLS.find((shell) => shell === name);
  return known ?? (platform === 'win32' ? 'pwsh' : 'bash');
}

/** A change of the environment as lines this shell can evaluate. Values are quoted: none is ever run. */
export function shellLines(change: EnvironmentChange, shell: Shell): string[] {
  return Object.entries(change).map(([name, value]) =>
    value === undefined ? unsetLine(name, shell) : setLine(name, value, shell),
  );
}

function setLine(name: string, value: string, shell: Shell): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`;
    case 'fish':
      return `set -gx ${name} '${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
    case 'pwsh':
      // PowerShell also takes typographic quotes for quotes; each is doubled.
      return `$env:${name} = '${value.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
    default:
      return assertNever(shell);
  }
}

function unsetLine(name: string, shell: Shell): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `unset ${name}`;
    case 'fish':
      return `set -e ${name}`;
    case 'pwsh':
      return `Remove-Item Env:${name} -ErrorAction SilentlyContinue`;
    default:
      return assertNever(shell);
  }
}
