/** The table of docs/clients.md: which versions of which clients were seen working on providers of which format. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface ClientRow {
  readonly client: string;
  readonly version: string;
  /** The format the client speaks, and that of the provider it reached. */
  readonly speaks: string;
  readonly provider: string;
}

const FILE = new URL('../../docs/clients.md', import.meta.url);
const START = '<!-- seen: written by test/clients/translated-agents.test.ts -->';
const END = '<!-- /seen -->';

/**
 * Adds what was seen to what stands there; a newer version of a client replaces the older one in its row. Only when
 * SWITCHYARD_WRITE_DOCS is set: a test run must not change the checkout unasked.
 */
export function writeClientTable(rows: readonly ClientRow[]): void {
  if (process.env['SWITCHYARD_WRITE_DOCS'] === undefined) return;
  const text = readFileSync(FILE, 'utf8');
  const before = text.slice(0, text.indexOf(START) + START.length);
  const after = text.slice(text.indexOf(END));
  const table = new Map(readRows(text).map((row) => [keyOf(row), row]));
  for (const row of rows) table.set(keyOf(row), row);
  const lines = [...table.values()]
    .sort((left, right) => keyOf(left).localeCompare(keyOf(right)))
    .map(({ client, version, speaks, provider }) => `| ${client} | ${version} | ${speaks} | ${provider} |`);
  const head = '| client | version | speaks | seen working on a provider of |\n|---|---|---|---|';
  writeFileSync(FILE, `${before}\n\n${[head, ...lines].join('\n')}\n\n${after}`);
}

function readRows(text: string): ClientRow[] {
  const part = text.slice(text.indexOf(START), text.indexOf(END));
  return part
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) => {
      const [client = '', version = '', speaks = '', provider = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { client, version, speaks, provider };
    });
}

function keyOf({ client, speaks, provider }: ClientRow): string {
  return `${client} ${speaks} ${provider}`;
}
