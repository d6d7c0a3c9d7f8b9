/** claude-code-router's `config.json`: providers with models, and a router of `provider,model` by kind of work. */
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { shownName, type Imported } from './imported.ts';
import { importProvider, providerName } from './imported-provider.ts';

const TASKS: readonly (readonly [theirs: string, ours: string])[] = [
  ['background', 'background'],
  ['think', 'think'],
  ['longContext', 'long_context'],
  ['webSearch', 'web_search'],
  ['image', 'image'],
];

/** @returns `undefined` when the value is no such file */
export function importClaudeCodeRouter(value: unknown): Imported | undefined {
  if (!isRawObject(value)) return undefined;
  const list = value['Providers'] ?? value['providers'];
  const router = value['Router'];
  if (!Array.isArray(list) || !isRawObject(router)) return undefined;
  const providers = list.filter(isRawObject);
  const imported = providers.map((provider) =>
    importProvider({
      name: text(provider['name']) ?? 'provider',
      baseUrl: text(provider['api_base_url']),
      key: text(provider['api_key']),
    }),
  );
  const routes = importRouter(router);
  const transformed = providers.filter((provider) => provider['transformer'] !== undefined);
  return {
    from: 'claude-code-router',
    values: {
      ...importServer(value),
      providers: Object.fromEntries(imported.map(({ name, entry }) => [name, entry])),
      ...routes.values,
    },
    understood: [...imported.map(({ name }) => `provider ${name}`), ...routes.understood],
    ignored: [
      ...routes.ignored,
      ...transformed.map(
        (provider) =>
          `transformer of ${text(provider['name'])}: the format and the provider's known quirks decide`,
      ),
      ...Object.keys(value)
        .filter((key) => !KNOWN.has(key))
        .map(shownName),
    ],
    notes: [],
    advice: imported.flatMap(({ advice }) => advice ?? []),
  };
}

const KNOWN = new Set(['Providers', 'providers', 'Router', 'PORT']);

function importServer({ PORT: port }: RawObject): RawObject {
  return typeof port === 'number' ? { server: { listen: `localhost:${port}` } } : {};
}

interface Routes {
  readonly values: RawObject;
  readonly understood: readonly string[];
  readonly ignored: readonly string[];
}

/** Its default serves every model name, so it becomes the target of all three tiers and of unknown names. */
function importRouter(router: RawObject): Routes {
  const fallback = targetOf(router['default']);
  const tasks: Record<string, RawValue> = {};
  for (const [theirs, ours] of TASKS) {
    const use = targetOf(router[theirs]);
    if (use === undefined) continue;
    const threshold = router['longContextThreshold'];
    const isLong = ours === 'long_context' && typeof threshold === 'number';
    tasks[ours] = isLong ? { use, threshold } : use;
  }
  const taken = ['default', 'longContextThreshold', ...TASKS.map(([theirs]) => theirs)];
  const everywhere: RawObject =
    fallback === undefined
      ? {}
      : { tiers: { opus: fallback, sonnet: fallback, haiku: fallback }, default: fallback };
  return {
    values: { ...everywhere, ...(Object.keys(tasks).length === 0 ? {} : { tasks }) },
    understood: Object.keys(router)
      .filter((key) => taken.includes(key))
      .map((key) => `Router.${key}`),
    ignored: Object.keys(router)
      .filter((key) => !taken.includes(key))
      .map((key) => `Router.${key}`),
  };
}

/** `provider,model` → `provider/model`. */
function targetOf(value: RawValue | undefined): string | undefined {
  const [provider = '', ...model] = (text(value) ?? '').split(',').map((part) => part.trim());
  return provider === '' || model.length === 0 ? undefined : `${providerName(provider)}/${model.join(',')}`;
}

function text(value: RawValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
