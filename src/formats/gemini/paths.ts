import type { RequestKind } from '../../domain/exchange.ts';
import { hasVersion } from '../base-path.ts';
import type { UpstreamPathInput } from '../wire-format.ts';

const PREFIX = '/v1beta/models/';

const GENERATE: RequestKind = { format: 'gemini', operation: 'generate' };
const COUNT_TOKENS: RequestKind = { format: 'gemini', operation: 'count-tokens' };

const VERBS: ReadonlyMap<string, RequestKind> = new Map([
  ['generateContent', GENERATE],
  ['streamGenerateContent', GENERATE],
  ['countTokens', COUNT_TOKENS],
]);

/** What the path of a Gemini request says: `/v1beta/models/{model}:{verb}`. */
export interface GeminiPath {
  readonly kind: RequestKind;
  /** Percent-decoded; may contain slashes. */
  readonly model: string;
  readonly stream: boolean;
}

export function parsePath(path: string): GeminiPath | undefined {
  const colon = path.lastIndexOf(':');
  const kind = VERBS.get(path.slice(colon + 1));
  if (kind === undefined || colon === -1 || !path.startsWith(PREFIX)) return undefined;
  const model = decodeModel(path.slice(PREFIX.length, colon));
  if (model === undefined) return undefined;
  return { kind, model, stream: path.endsWith(':streamGenerateContent') };
}

export function match(method: string, path: string): RequestKind | undefined {
  return method === 'POST' ? parsePath(path)?.kind : undefined;
}

/** Providers of this format are named by their host alone; a base path with a version gets no second one. */
export function upstreamPath({ kind, facts, model, basePath }: UpstreamPathInput): string {
  const models = hasVersion(basePath) ? '/models/' : PREFIX;
  const name = (model ?? facts.model ?? '').split('/').map(encodeURIComponent).join('/');
  return `${models}${name}:${verbOf(kind, facts.stream)}`;
}

function verbOf(kind: RequestKind, stream: boolean): string {
  if (kind.operation === 'count-tokens') return 'countTokens';
  return stream ? 'streamGenerateContent' : 'generateContent';
}

/** Dot segments and empty ones are refused: decoded, they would lead the upstream request to another path. */
function decodeModel(encoded: string): string | undefined {
  let model: string;
  try {
    model = decodeURIComponent(encoded);
  } catch {
    return undefined; // A broken percent sequence names no model; the path is then none of ours.
  }
  const segments = model.split('/');
  return segments.some((segment) => segment === '' || segment === '.' || segment === '..')
    ? undefined
    : model;
}
