/** Recognises another program's file by what is in it, and says it in our words. Pure. */
import { parseDocument } from 'yaml';
import { translateBreakerEnvironment } from '../compat/breaker-environment.ts';
import { translateCcProxyEnvironment, translateCcProxyFile, withoutIdleTarget } from '../compat/cc-proxy.ts';
import type { Translation } from '../compat/environment.ts';
import { translateOtelEnvironment } from '../compat/otel-environment.ts';
import { translateOwnEnvironment } from '../compat/own-environment.ts';
import { translateProxyChainFile } from '../compat/proxy-chain-file.ts';
import { REASONING_VARIABLES } from '../compat/reasoning-environment.ts';
import { translateRouterEnvironment } from '../compat/router-environment.ts';
import { translateTierEnvironment } from '../compat/tier-environment.ts';
import { documentedVariables } from '../compat/variables.ts';
import { formatKeyPath } from '../layers/key-path.ts';
import { layerOfAssignments } from '../layers/layer.ts';
import { formatProblem } from '../problems/problem.ts';
import { isRawObject } from '../layers/raw-value.ts';
import { importClaudeCodeRouter } from './claude-code-router.ts';
import { ImportError, type Imported, type ImportFile } from './imported.ts';
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
  return importClaudeCodeRouter(value) ?? importLiteLlm(value) ?? importChain(file, value);
}

/** JSON is YAML, but for tabs, and both end up as plain values. */
function parsed({ text }: ImportFile): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parsedYaml(text);
  }
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

function importChain(file: ImportFile, value: unknown): Imported | undefined {
  const isChain = Array.isArray(value) || (isRawObject(value) && Array.isArray(value['entries']));
  if (!isChain) return undefined;
  const chain = fromTranslations('claude-code-proxy (chain)', [translateProxyChainFile(file)]);
  if (!isRawObject(value)) return chain;
  const routes = importProxyChainRoutes(value);
  return {
    ...chain,
    values: { ...chain.values, ...routes.values },
    understood: [...chain.understood, ...routes.understood],
    ignored: [...chain.ignored, ...routes.ignored],
    advice: [...chain.advice, ...routes.advice],
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
    translateOtelEnvironment(environment),
    translateCcProxyEnvironment(environment),
    translateOwnEnvironment(environment, {}),
  ];
  return accountFor(fromTranslations('claude-code-proxy (variables)', translations), { path, names });
}

/** Part of what another variable says. */
const PARTS = /^(?:BIG|MIDDLE|SMALL|MODEL)_CASCADE$/;

/** Each variable of the file once: written, kept as a variable (keys, prices, proxies), or left out. */
function accountFor(
  imported: Imported,
  { path, names }: { readonly path: string; readonly names: readonly string[] },
): Imported {
  const written = JSON.stringify(imported.values);
  const known = new Set(documentedVariables().map(({ name }) => name));
  const told = new Set(imported.ignored.map((line) => /^\w+/.exec(line)?.[0]));
  const parts = names.filter((name) => PARTS.test(name));
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
    ignored: [...imported.ignored, ...names.filter((name) => !understood.includes(name) && !told.has(name))],
    advice:
      kept.length === 0
        ? []
        : [`some stay variables: start with --env-file ${path}, or set ${kept.join(', ')} yourself`],
  };
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
    advice: [],
  };
}
