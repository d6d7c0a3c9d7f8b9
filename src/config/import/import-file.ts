/** Recognises another program's file by what is in it, and says it in our words. Pure. */
import { parse as parseJsonWithComments, type ParseError } from 'jsonc-parser';
import { parseDocument } from 'yaml';
import { translateBreakerEnvironment } from '../compat/breaker-environment.ts';
import { translateCcProxyEnvironment, translateCcProxyFile, withoutIdleTarget } from '../compat/cc-proxy.ts';
import type { Translation } from '../compat/environment.ts';
import { translateOtelEnvironment } from '../compat/otel-environment.ts';
import { translateOwnEnvironment } from '../compat/own-environment.ts';
import { importProxyChain } from '../compat/proxy-chain.ts';
import { REASONING_VARIABLES } from '../compat/reasoning-environment.ts';
import { translateRouterEnvironment } from '../compat/router-environment.ts';
import { translateTerminalEnvironment } from '../compat/terminal-environment.ts';
import { translateTierEnvironment } from '../compat/tier-environment.ts';
import { documentedVariables } from '../compat/variables.ts';
import { formatKeyPath } from '../layers/key-path.ts';
import { layerOfAssignments } from '../layers/layer.ts';
import { formatProblem } from '../problems/problem.ts';
import { isRawObject } from '../layers/raw-value.ts';
import { importClaudeCodeRouter } from './claude-code-router.ts';
import { ImportError, shownName, type Imported, type ImportFile } from './imported.ts';
import { importLiteLlm } from './litellm.ts';
import { importProxyChainRoutes } from './proxy-chain-routes.ts';

/** The variables of a file of `NAME=value` lines. Reading them is Node's business, and not pure. */
type ReadVariables = (text: string) => Readonly<Record<string, string | undefined>>;

/**
 * @returns `undefined` when nothing in the file is recognised
 * @throws ImportError when it is a known kind of file, and broken
 */
export function importFile(file: ImportFile, readVariables: ReadVariables): Imported | undefined {
  const name = file.path.toLowerCase();
  if (name.endsWith('.toml')) return importToml(file);
  if (/(?:^|[\\/.])env(?:rc)?(?:\.\w+)?$/.test(name)) return importVariables(file, readVariables);
  const value = parsed(file);
  return importClaudeCodeRouter(value) ?? importLiteLlm(value) ?? importChain(value);
}

/** YAML would take a comment of JSON for a part of the next key, so JSON with comments is tried first. */
function parsed({ text }: ImportFile): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonWithComments(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? value : parsedYaml(text);
}

/** A message of the parser would repeat the text around the mistake, which may hold a key. */
function parsedYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) throw new ImportError('it is neither JSON nor YAML');
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ImportError('its aliases cannot be followed', error);
  }
}

function importToml(file: ImportFile): Imported {
  return fromTranslations('cc-proxy', [translateCcProxyFile(file.text, file.path)]);
}

/** Entries around the gateway, and how its router sends requests. */
function importChain(value: unknown): Imported | undefined {
  if (!isRawObject(value) || !Array.isArray(value['entries'])) return undefined;
  const { entries, notes } = importProxyChain(value);
  const routes = importProxyChainRoutes(value);
  const isLeftOut = (note: string): boolean => note.includes('left out');
  return {
    from: 'claude-code-proxy (chain)',
    values: { ...(entries.length === 0 ? {} : { chain: { entries: [...entries] } }), ...routes.values },
    understood: ['chain.entries', ...routes.understood],
    ignored: [...notes.filter(isLeftOut), ...routes.ignored],
    notes: [...notes.filter((note) => !isLeftOut(note)), ...routes.notes],
    advice: routes.advice,
  };
}

/** Variables of the predecessors, and our own. Keys stay in their file: what is written refers to them. */
function importVariables({ path, text }: ImportFile, readVariables: ReadVariables): Imported {
  const values = readVariables(text);
  const names = Object.keys(values);
  const environment = { values, files: new Map(names.map((name) => [name, path])) };
  const translations = [
    translateRouterEnvironment(environment),
    translateTierEnvironment(environment),
    translateBreakerEnvironment(environment),
    translateTerminalEnvironment(environment),
    translateOtelEnvironment(environment),
    translateCcProxyEnvironment(environment),
    translateOwnEnvironment(environment, {}),
  ];
  const imported = fromTranslations('claude-code-proxy (variables)', translations);
  return accountFor(imported, { path, names, host: values['HOST'] ?? '' });
}

/** Part of what another variable says, or replaced by it. */
const PARTS = /^(?:(?:BIG|MIDDLE|SMALL|MODEL)_CASCADE|BIG_MODEL|TERMINAL_\w+|LOG_STYLE|COMPACT_LOGGER)$/;

/** Each variable of the file once: written, kept as a variable (keys, prices, proxies), or left out. */
function accountFor(
  imported: Imported,
  { path, names, host }: { readonly path: string; readonly names: readonly string[]; readonly host: string },
): Imported {
  const written = JSON.stringify(imported.values);
  const known = new Set(documentedVariables().map(({ name }) => name));
  const told = new Set(imported.ignored.map((line) => /^\w+/.exec(line)?.[0]));
  const isPart = (name: string): boolean =>
    PARTS.test(name) || (name === 'HOST' && written.includes(`"${host}:`));
  const parts = names.filter(isPart);
  const kept = names.filter((name) => {
    if (written.includes(`env:${name}"`)) return true;
    const isWritten = imported.understood.includes(name) || parts.includes(name);
    // Nothing reads how hard a model is to think where no variable names a model.
    return known.has(name) && !isWritten && !told.has(name) && !REASONING_VARIABLES.test(name);
  });
  const understood = [...new Set([...imported.understood, ...parts, ...kept])];
  return {
    ...imported,
    understood,
    ignored: [
      ...imported.ignored,
      ...names.filter((name) => !understood.includes(name) && !told.has(name)).map(shownVariable),
    ],
    advice:
      kept.length === 0
        ? []
        : [`some stay variables: start with --env-file ${path}, or set ${kept.join(', ')} yourself`],
  };
}

/** The lines of a private key end in `=`, too, and then stand there as names; those of variables are of one case. */
function shownVariable(name: string): string {
  return /^(?:[A-Z0-9_]+|[a-z0-9_]+)$/.test(name) ? shownName(name) : 'a line that is no variable';
}

function fromTranslations(from: string, translations: readonly Translation[]): Imported {
  const assignments = withoutIdleTarget(
    translations.flatMap((translation) => translation.assignments),
    false,
  );
  const problems = translations.flatMap((translation) => translation.problems);
  const [error] = problems.filter(({ severity }) => severity === 'error');
  if (error !== undefined) throw new ImportError(formatProblem(error));
  const sources = assignments.map(({ source, path }) =>
    source.kind === 'environment' ? source.variable : formatKeyPath(path),
  );
  return {
    from,
    values: layerOfAssignments(assignments).values,
    understood: [...new Set(sources)],
    ignored: problems.map(formatProblem),
    notes: [],
    advice: [],
  };
}
