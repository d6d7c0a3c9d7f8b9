import { canonicalTiers } from '../values/canonical-tiers.ts';
import { checkLayer, READ_ONCE } from './check-layer.ts';
import { translateCcProxyEnvironment, translateCcProxyFile, withoutIdleTarget } from '../compat/cc-proxy.ts';
import { translateBreakerEnvironment } from '../compat/breaker-environment.ts';
import { readVariable, type Environment, type Translation } from '../compat/environment.ts';
import { translateOtelEnvironment } from '../compat/otel-environment.ts';
import { translateRouterEnvironment } from '../compat/router-environment.ts';
import { translateFlags, type ConfigFlags } from '../compat/flags.ts';
import { translateProxyChainFile } from '../compat/proxy-chain-file.ts';
import { translateOwnEnvironment } from '../compat/own-environment.ts';
import { translateTerminalEnvironment } from '../compat/terminal-environment.ts';
import { translateTierEnvironment } from '../compat/tier-environment.ts';
import { DEFAULT_LAYER } from '../defaults.ts';
import { describeIssue } from '../problems/describe-issue.ts';
import type { KeyPath } from './key-path.ts';
import { isRawObject, ownValue } from './raw-value.ts';
import { layerOfAssignments, type ConfigLayer } from './layer.ts';
import { mergeLayers, type MergedLayers } from './layers.ts';
import { hasError, type ConfigProblem, type Source } from '../problems/problem.ts';
import { providerDefaultsLayer } from '../build/provider-defaults.ts';
import { readYamlLayer, type LayerReading } from './read-yaml-layer.ts';
import { completeConfigSchema, type CompleteConfig } from '../schema/config-schema.ts';

/** What the configuration is put together from; all of it was read before. */
export interface AssembleInput {
  /** `undefined`: there is no file, which is fine. */
  readonly file: ConfigFile | undefined;
  /** A predecessor's chain in place of our own; `undefined`: none. */
  readonly chain?: ConfigFile | undefined;
  readonly environment: Environment;
  readonly flags: ConfigFlags;
  /** In place of the profile that the configuration itself says is in use. */
  readonly profile?: string | undefined;
}

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export interface Assembly {
  readonly merged: MergedLayers;
  /** `undefined` when one of the problems is an error. */
  readonly config: CompleteConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** Defaults < file < environment < flags, each checked by itself so that every mistake is told at once. */
export function assembleConfig({ file, chain, environment, flags, profile }: AssembleInput): Assembly {
  const hasTarget = flags.targetUrl !== undefined;
  const fileReading = file === undefined ? NOTHING : readFileLayer(file, hasTarget);
  const profileReading = readProfile(fileReading.layer, { environment, profile });
  const underEnvironment = mergeLayers([DEFAULT_LAYER, fileReading.layer, profileReading.layer]);
  const environmentReading = readEnvironment(environment, underEnvironment, hasTarget);
  const underFlags = mergeLayers([underEnvironment, environmentReading.layer]);
  const flagReading = checked(layerOfAssignments(translateFlags(flags, environment, underFlags.values)));
  const chainReading =
    chain === undefined ? NOTHING : readTranslations([translateProxyChainFile(chain)], false);
  const readings = [fileReading, profileReading, environmentReading, flagReading, chainReading];
  const written = readings.map(({ layer }) => layer);
  const known = providerDefaultsLayer(mergeLayers([DEFAULT_LAYER, ...written]).values);
  const merged = mergeLayers([DEFAULT_LAYER, known, ...written]);
  const problems = readings.flatMap((reading) => reading.problems);
  if (hasError(problems)) return { merged, config: undefined, problems };
  return complete(merged, problems);
}

const NOTHING: LayerReading = { layer: layerOfAssignments([]), problems: [] };

function readFileLayer(file: ConfigFile, hasTarget: boolean): LayerReading {
  if (file.path.toLowerCase().endsWith('.toml')) {
    return readTranslations([translateCcProxyFile(file.text, file.path)], hasTarget);
  }
  const reading = readYamlLayer(file.text, file.path);
  return reading.problems.length > 0 ? reading : checked(reading.layer);
}

function readEnvironment(environment: Environment, below: MergedLayers, hasTarget: boolean): LayerReading {
  const router = translateRouterEnvironment(environment);
  const tiers = translateTierEnvironment(environment);
  const routes = [...router.assignments, ...tiers.assignments];
  const withTiers = mergeLayers([below, layerOfAssignments(routes)]);
  const breakers = translateBreakerEnvironment(environment);
  const terminal = translateTerminalEnvironment(environment);
  const ccProxy = translateCcProxyEnvironment(environment);
  const otel = translateOtelEnvironment(environment);
  const own = translateOwnEnvironment(environment, withTiers.values);
  return readTranslations([router, tiers, breakers, terminal, otel, ccProxy, own], hasTarget);
}

/** The profile in use, as a layer; it was checked with the file that it stands in. */
function readProfile(
  file: ConfigLayer,
  { environment, profile }: Pick<AssembleInput, 'environment' | 'profile'>,
): LayerReading {
  const variable = readVariable(environment, 'SWITCHYARD_PROFILE');
  const name = profile ?? variable ?? ownValue(file.values, 'profile');
  if (typeof name !== 'string') return NOTHING;
  const profiles = ownValue(file.values, 'profiles');
  const values = isRawObject(profiles) ? ownValue(profiles, name) : undefined;
  if (isRawObject(values)) {
    const locate = (path: KeyPath) => file.locate(['profiles', name, ...path]);
    return { layer: canonicalTiers({ values, locate }).layer, problems: [] };
  }
  const source: Source =
    variable === undefined
      ? file.locate(['profile'])
      : {
          kind: 'environment',
          variable: 'SWITCHYARD_PROFILE',
          file: environment.files.get('SWITCHYARD_PROFILE'),
        };
  const remedy = 'Write it below profiles, or: switchyard profile list.';
  return {
    layer: NOTHING.layer,
    problems: [
      { severity: 'error', source, path: ['profile'], message: 'names a profile that is not there', remedy },
    ],
  };
}

function readTranslations(translations: readonly Translation[], hasTarget: boolean): LayerReading {
  const assignments = translations.flatMap((translation) => translation.assignments);
  const reading = checked(layerOfAssignments(withoutIdleTarget(assignments, hasTarget)));
  return {
    layer: reading.layer,
    problems: [...translations.flatMap(({ problems }) => problems), ...reading.problems],
  };
}

function checked(layer: ConfigLayer): LayerReading {
  const canonical = canonicalTiers(layer);
  return { layer: canonical.layer, problems: [...checkLayer(layer), ...canonical.problems] };
}

/** What passed layer by layer can only fail here where layers do not fit together. */
function complete(merged: MergedLayers, problems: readonly ConfigProblem[]): Assembly {
  const result = completeConfigSchema.safeParse(merged.values, READ_ONCE);
  if (result.success) return { merged, config: result.data, problems };
  const misfits = result.error.issues.flatMap(describeIssue).map((description): ConfigProblem => ({
    ...description,
    severity: 'error',
    source: merged.locate(description.path),
  }));
  return { merged, config: undefined, problems: [...problems, ...misfits] };
}
