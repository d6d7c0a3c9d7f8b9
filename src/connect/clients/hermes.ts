import { join } from 'node:path';
import { asList, asObject, asText, type JsonObject } from '../../domain/json-value.ts';
import { chosenTier, type ClientSetup, type SystemFacts } from '../client-setup.ts';

/** Hermes, as a custom endpoint: it then sends a stand-in for a key, and none of the user's. */
export const hermes: ClientSetup = {
  name: 'hermes',
  title: 'Hermes',
  speaks: 'openai-chat',
  install: 'pip install hermes-agent',
  keyTravels: 'unknown',
  files: (system) => [{ role: 'config', places: [join(hermesHome(system), 'config.yaml')], syntax: 'yaml' }],
  edits: (gateway, { config }) => {
    const { model, contextWindow } = chosenTier(gateway);
    const settings: JsonObject = {
      default: model,
      provider: 'custom',
      base_url: `${gateway.url}/v1`,
      ...(contextWindow === undefined ? {} : { context_length: contextWindow }),
    };
    // Older files name the model alone.
    if (typeof config?.['model'] === 'string') return { config: [{ path: ['model'], value: settings }] };
    const edits = Object.entries(settings).map(([key, value]) => ({
      path: ['model', key],
      value: value ?? null,
    }));
    return { config: edits };
  },
  launch: (gateway) => ({
    environment: { CUSTOM_BASE_URL: `${gateway.url}/v1` },
    arguments: ['--provider', 'custom', '--model', chosenTier(gateway).model],
  }),
  pointsAt: ({ config }) => asText(asObject(config?.['model'])?.['base_url']),
  bypasses: [],
  stopsWorking: [
    'Its own fallback_providers overlap the gateway’s cascade: when both are set, Hermes leaves the gateway after its first failure.',
    'Logins of other providers (hermes auth) stay, but are not used while the model points at the gateway.',
  ],
  remarks: ({ config }) => {
    const fallbacks = asList(config?.['fallback_providers']).length;
    const single = asText(config?.['fallback_model']);
    return fallbacks > 0 || single !== undefined
      ? [
          'fallback_providers are set: they lead past the gateway when it fails once; its own cascade makes them needless.',
        ]
      : [];
  },
};

function hermesHome({ platform, home, environment }: SystemFacts): string {
  const named = environment['HERMES_HOME'];
  if (named) return named;
  if (platform !== 'win32') return join(home, '.hermes');
  return join(environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'hermes');
}
