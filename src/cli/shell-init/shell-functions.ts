/** The short names for daily use, as functions of a shell. Pure: text in, text out; nothing is installed by it. */
import { assertNever } from '../../lib/assert-never.ts';
import type { Shell } from '../shell-lines.ts';

/** What stock mode takes away, exactly: with these gone a client is as its maker meant it. */
export const STOCK_UNSETS = [
  'ANTHROPIC_BASE_URL',
  'HTTPS_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'ANTHROPIC_AUTH_TOKEN',
] as const;

/** Short name → our own words. */
const FUNCTIONS: readonly (readonly [name: string, words: string])[] = [
  ['cz', 'run claude'],
  ['qw', 'run qwen'],
  ['oc', 'run opencode'],
  ['ccc-ok', 'ok'],
  ['ccc-restart', 'restart'],
];

/** The names that start Claude Code past the gateway. */
const STOCK_NAMES = ['stock', 'ccc-stock'] as const;

/**
 * @param program the words that start us: `switchyard`, or a runtime and a path
 * @returns text to be evaluated by the shell
 */
export function shellFunctions(shell: Shell, program: readonly string[]): string {
  const lines = [
    `# switchyard: cz [haiku|sonnet|opus] [-- words], qw, oc, stock, ccc-ok, ccc-restart, ccc-stock`,
    ...FUNCTIONS.map(([name, words]) => callLine(shell, name, `${invocation(shell, program)} ${words}`)),
    ...STOCK_NAMES.map((name) => stockLine(shell, name)),
  ];
  return lines.join('\n');
}

function invocation(shell: Shell, program: readonly string[]): string {
  const words = program.map((word) => (/^[\w./-]+$/.test(word) ? word : quoted(shell, word)));
  return shell === 'pwsh' ? `& ${words.join(' ')}` : words.join(' ');
}

function quoted(shell: Shell, word: string): string {
  if (shell === 'pwsh') return `'${word.replaceAll("'", "''")}'`;
  if (shell === 'fish') return `'${word.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function callLine(shell: Shell, name: string, command: string): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      // An alias of the same name would be put in place of the name before the function is read.
      return `unalias ${name} 2>/dev/null || true\n${name}() { ${command} "$@"; }`;
    case 'fish':
      return `function ${name}; ${command} $argv; end`;
    case 'pwsh':
      return `function ${name} { ${command} @args }`;
    default:
      return assertNever(shell);
  }
}

/** In a process, or for a time, of its own: the shell keeps its variables. */
function stockLine(shell: Shell, name: string): string {
  const unsets = STOCK_UNSETS.join(' ');
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `unalias ${name} 2>/dev/null || true\n${name}() { ( unset ${unsets}; command claude "$@" ); }`;
    case 'fish':
      return `function ${name}; env ${STOCK_UNSETS.map((variable) => `-u ${variable}`).join(' ')} claude $argv; end`;
    case 'pwsh':
      return [
        `function ${name} {`,
        `  $kept = @{}`,
        `  foreach ($name in '${STOCK_UNSETS.join("', '")}') {`,
        `    $kept[$name] = [Environment]::GetEnvironmentVariable($name)`,
        `    Remove-Item "Env:$name" -ErrorAction SilentlyContinue`,
        `  }`,
        `  try { & claude @args }`,
        `  finally { foreach ($name in $kept.Keys) { if ($null -ne $kept[$name]) { Set-Item "Env:$name" $kept[$name] } } }`,
        `}`,
      ].join('\n');
    default:
      return assertNever(shell);
  }
}
