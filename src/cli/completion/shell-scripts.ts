/**
 * The completion scripts. All four walk the words typed so far from command to command and offer what the table says of
 * the place they come to; none starts the program, so that completing costs nothing.
 */
import type { CompletionTable } from './completion-table.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'pwsh'] as const;
export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, table: CompletionTable): string {
  return `${WRITERS[shell](table)}\n`;
}

const WRITERS: Readonly<Record<Shell, (table: CompletionTable) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  pwsh: powerShellScript,
};

function bashScript(table: CompletionTable): string {
  const offers = [...table].map(
    ([path, candidates]) => `    "${path}") words="${candidates.map(({ word }) => word).join(' ')}" ;;`,
  );
  return `# Switchyard completion. In ~/.bashrc: eval "$(switchyard completion bash)"
_switchyard() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place="" words="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${place:+$place }\${COMP_WORDS[index]}" in
      ${places(table, '|')}) place="\${place:+$place }\${COMP_WORDS[index]}" ;;
    esac
  done
  case "$place" in
${offers.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _switchyard switchyard`;
}

function zshScript(table: CompletionTable): string {
  const offers = [...table].map(
    ([path, candidates]) =>
      `    '${path}') offered=(${candidates.map(({ word, description }) => `'${word}:${description}'`).join(' ')}) ;;`,
  );
  return `#compdef switchyard
# Switchyard completion. In ~/.zshrc, after compinit: eval "$(switchyard completion zsh)"
_switchyard() {
  local place='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${place:+$place }$word" in
      ${places(table, '|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${offers.join('\n')}
  esac
  _describe 'switchyard' offered || _files
}
compdef _switchyard switchyard`;
}

function fishScript(table: CompletionTable): string {
  const lines = [...table].flatMap(([path, candidates]) =>
    candidates.map(({ word, description }) => {
      const what = word.startsWith('--') ? `-l '${word.slice(2)}'` : `-f -a '${word}'`;
      return `complete -c switchyard -n "__switchyard_at '${path}'" ${what} -d '${description}'`;
    }),
  );
  return `# Switchyard completion. Save as ~/.config/fish/completions/switchyard.fish
function __switchyard_at
    set -l place
    for word in (commandline -opc)[2..]
        set -l longer (string join ' ' -- $place $word)
        contains -- $longer ${[...table.keys()]
          .filter(Boolean)
          .map((path) => `'${path}'`)
          .join(' ')}
        and set place $place $word
    end
    test "$place" = "$argv[1]"
end
${lines.join('\n')}`;
}

function powerShellScript(table: CompletionTable): string {
  const offers = [...table].map(([path, candidates]) => {
    const pairs = candidates.map(({ word, description }) => `@('${word}', '${description || word}')`);
    return `    '${path}' = @(${pairs.join(', ')}${pairs.length === 1 ? ', $null' : ''})`;
  });
  return `# Switchyard completion. In $PROFILE: switchyard completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName switchyard -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $offers = @{
${offers.join('\n')}
  }
  $place = ''
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $longer = ($place + ' ' + $element.ToString()).Trim()
    if ($offers.ContainsKey($longer)) { $place = $longer }
  }
  foreach ($offer in $offers[$place]) {
    if ($null -ne $offer -and $offer[0] -like "$wordToComplete*") {
      [System.Management.Automation.CompletionResult]::new($offer[0], $offer[0], 'ParameterValue', $offer[1])
    }
  }
}`;
}

/** Every command's words as patterns of a shell's \`case\`. */
function places(table: CompletionTable, separator: string): string {
  return [...table.keys()]
    .filter(Boolean)
    .map((path) => `'${path}'`)
    .join(separator);
}
