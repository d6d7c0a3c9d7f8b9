import { canonicalTiers } from './canonical-tiers.ts';
import { checkLayer } from './check-layer.ts';
import { translateCcProxyEnvironment, translateCcProxyFile, withoutIdleTarget } from './compat/cc-proxy.ts';
import { translateBreakerEnvironment } from './compat/breaker-environment.ts';
import type { Environment, Translation } from './compat/environment.ts';
import { translateOtelEnvironment } from './compat/otel-environment.ts';
import { translateRouterEnvironment } from './compat/router-environment.ts';
import { translateFlags, type ConfigFlags } from './compat/flags.ts';
import { translateProxyChainFile } from './compat/proxy-chain-file.ts';
import { translateOwnEnvironment } from './compat/own-environment.ts';
import { translateTierEnvironment } from './compat/tier-environment.ts';
import { DEFAULT_LAYER } from './defaults.ts';
import { describeIssue } from './describe-issue.ts';
import { layerOfAssignments, type ConfigLayer } from './layer.ts';
import { mergeLayers, type MergedLayers } from './layers.ts';
import { hasError, type ConfigProblem } from './problem.ts';
import { providerDefaultsLayer } from './provider-defaults.ts';
import { readYamlLayer, type LayerReading } from './read-yaml-layer.ts';
import { completeConfigSchema, type CompleteConfig } from './schema/config-schema.ts';

/** What the configuration is put together from; all of it was read before. */
export interface AssembleInput {
  /** `undefined`: there is no file, which is fine. */
  readonly file: ConfigFile | undefined;
  /** A predecessor's chain in place of our own; `undefined`: none. */
  readonly chain?: ConfigFile | undefined;
  readonly environment: Environment;
  readonly flags: ConfigFlags;
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
export function assembleConfig({ file, chain, environment, flags }: AssembleInput): Assembly {
  const hasTarget = flags.targetUrl !== undefined;
  const fileReading = file === undefined ? NOTHING : readFileLayer(file, hasTarget);
  const underEnvironment = mergeLayers([DEFAULT_LAYER, fileReading.layer]);
  const environmentReading = readEnvironment(environment, underEnvironment, hasTarget);
  const underFlags = mergeLayers([underEnvironment, environmentReading.layer]);
  const flagReading = checked(layerOfAssignments(translateFlags(flags, environment, underFlags.values)));
  const chainReading =
    chain === undefined ? NOTHING : readTranslations([translateProxyChainFile(chain)], false);
  const readings = [fileReading, environmentReading, flagReading, chainReading];
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
  const ccProxy = translateCcProxyEnvironment(environment);
  const otel = translateOtelEnvironment(environment);
  const own = translateOwnEnvironment(environment, withTiers.values);
  return readTranslations([router, tiers, breakers, otel, ccProxy, own], hasTarget);
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
  const result = completeConfigSchema.safeParse(merged.values, { reportInput: true });
  if (result.success) return { merged, config: result.data, problems };
  const misfits = result.error.issues.flatMap(describeIssue).map((description): ConfigProblem => ({
    ...description,
    severity: 'error',
    source: merged.locate(description.path),
  }));
  return { merged, config: undefined, problems: [...problems, ...misfits] };
}
