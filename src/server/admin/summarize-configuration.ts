import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { ConfigurationSummary, TargetSummary } from '../../contract/status.ts';
import type { Target } from '../../domain/target.ts';
import type { Tier } from '../../domain/tier.ts';
import { clientModelOf } from '../../gateway/local/list-models.ts';

/** The part of a configuration that is shown; it names whose credential is used, never the credential. */
export function summarizeConfiguration(
  snapshot: ConfigSnapshot,
  configPath: string | undefined,
): ConfigurationSummary {
  const { routes } = snapshot;
  const tier = (name: Tier) => ({
    targets: routes.tiers[name].map((target) => summarizeTarget(snapshot, target)),
    client_model: clientModelOf(snapshot, name) ?? null,
    context_window: contextWindowOf(snapshot, routes.tiers[name][0]) ?? null,
  });
  return {
    version: snapshot.version,
    path: configPath ?? null,
    warnings: [...snapshot.warnings],
    profile: snapshot.profile ?? null,
    profiles: [...snapshot.profiles.keys()],
    tiers: { opus: tier('opus'), sonnet: tier('sonnet'), haiku: tier('haiku') },
    fallback: routes.fallback.map((target) => summarizeTarget(snapshot, target)),
    forced:
      routes.forced === undefined
        ? null
        : { provider: routes.forced.provider ?? null, model: routes.forced.model ?? null },
  };
}

function contextWindowOf({ providers }: ConfigSnapshot, { provider, model }: Target): number | undefined {
  return model === undefined ? undefined : providers.get(provider)?.models.get(model)?.contextWindow;
}

const CREDENTIAL_WORDS = { caller: 'caller', none: 'none', secret: 'gateway', missing: 'gateway' } as const;

function summarizeTarget(snapshot: ConfigSnapshot, target: Target): TargetSummary {
  const provider = snapshot.providers.get(target.provider);
  return {
    provider: target.provider,
    model: target.model ?? null,
    origin: provider?.origin ?? '',
    format: provider?.format ?? '',
    credential: CREDENTIAL_WORDS[provider?.auth.kind ?? 'none'],
    via: provider?.via ?? null,
  };
}
