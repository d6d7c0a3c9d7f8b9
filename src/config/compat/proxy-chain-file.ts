import type { ConfigFile } from '../layers/assemble.ts';
import { isRawObject } from '../layers/raw-value.ts';
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
  const told = [...notes, ...(hasRouter(parsed.value) ? [ROUTER_NOTE] : [])];
  return {
    assignments: [{ path: ['chain', 'entries'], value: [...entries], source }],
    problems: told.map((note) => about('warning', `imported: ${note.replace(/\.$/, '')}`)),
  };
}

const ROUTER_NOTE = 'Its router is not read here; `switchyard import` takes it over.';

function hasRouter(file: unknown): boolean {
  const router = isRawObject(file) ? file['router'] : undefined;
  return (
    isRawObject(router) && Object.values(router).some((value) => typeof value !== 'number' && Boolean(value))
  );
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined; // The error would repeat the text around the mistake, which may hold a key.
  }
}
