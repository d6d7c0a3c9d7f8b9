import type { ClientName } from '../domain/client.ts';

/** What stands before the working directory in what clients tell their model, as it stands in JSON (measured, 2026-11). */
const MARKERS: Readonly<Partial<Record<ClientName, string>>> = {
  codex: '<cwd>',
  'gemini-cli': String.raw`**Workspace Directories:**\n  - `,
  'qwen-code': 'working in the directory: ',
};
/** Claude Code, opencode and those that learnt from them; one with a capital letter, the other without. */
const USUAL_MARKER = 'orking directory: ';
const LONGEST_PATH = 1_024;

/**
 * The name of the folder a client works in, as it tells its model; `undefined` where it does not. For display alone:
 * a user may write the same words.
 * @param body a request as it came
 */
export function workspaceIn(body: Buffer, client: ClientName): string | undefined {
  const marker = MARKERS[client] ?? USUAL_MARKER;
  const found = body.indexOf(marker, 0, 'latin1');
  if (found === -1) return undefined;
  const start = found + Buffer.byteLength(marker);
  const rest = body.toString('utf8', start, start + LONGEST_PATH);
  // A backslash of a Windows path is escaped, so a single one begins the escape that ends the line.
  const path = /^(?:[^\\"<]|\\\\)*/.exec(rest)?.[0].replaceAll('\\\\', '\\') ?? '';
  return path
    .split(/[\\/]/)
    .findLast((part) => part.trim() !== '')
    ?.trim();
}
