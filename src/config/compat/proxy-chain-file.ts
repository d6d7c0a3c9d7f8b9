import type { ConfigFile } from '../layers/assemble.ts';
import type { ConfigProblem, Source } from '../problems/problem.ts';
import type { Translation } from './environment.ts';
import { importProxyChain } from './proxy-chain.ts';

/** A `proxy_chain.json` as the chain of the configuration; what is noted of it are warnings. */
export function translateProxyChainFile({ path, text }: ConfigFile): Translation {
  const source: Source = { kind: 'file', path, line: undefined, column: undefined };
  const about = (severity: ConfigProblem['severity'], message: string): ConfigProblem => {
    return { severity, source, path: ['chain'], message, remedy: '' };
  };
  const parsed = parseJson(text);
  if (parsed === undefined)
    return { assignments: [], problems: [about('error', 'is read from a file that is no JSON')] };
  const { entries, notes } = importProxyChain(parsed.value);
  return {
    assignments: [{ path: ['chain', 'entries'], value: [...entries], source }],
    problems: notes.map((note) => about('warning', `imported: ${note.replace(/\.$/, '')}`)),
  };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // The error would repeat the text around the mistake, which may hold a key.
  }
}
