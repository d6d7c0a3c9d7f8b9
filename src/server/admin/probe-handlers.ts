import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { Health, TierHealth } from '../../contract/health.ts';
import type { Tier } from '../../domain/tier.ts';
import type { AdminCall } from './admin-call.ts';
import type { AdminInput } from './admin-handlers.ts';
import { statusBody } from './status-body.ts';

export type ProbeHandlers = ReturnType<typeof createProbeHandlers>;

/** What a start and its supervisor ask: whether the gateway lives, takes requests, and what it is. */
export function createProbeHandlers(input: AdminInput) {
  return {
    health: (call) => ({ status: 200, body: health(input, call) }),
    ready: () =>
      input.isDraining()
        ? { status: 503, body: { ready: false, reason: 'The gateway is shutting down.' } }
        : { status: 200, body: { ready: true } },
    status: () => ({ status: 200, body: statusBody(input) }),
  } satisfies Pick<EndpointHandlers<AdminCall>, 'health' | 'ready' | 'status'>;
}

function health(input: AdminInput, call: AdminCall): Health {
  const snapshot = input.gateway.snapshot();
  return {
    status: input.isDraining() ? 'draining' : 'healthy',
    service: 'switchyard',
    version: input.version,
    haiku: tierHealth(snapshot, 'haiku'),
    sonnet: tierHealth(snapshot, 'sonnet'),
    opus: tierHealth(snapshot, 'opus'),
    ...(call.callerIsLoopback ? { oauth_token_available: input.hasClaudeLogin() } : {}),
  };
}

function tierHealth(snapshot: ConfigSnapshot, tier: Tier): TierHealth {
  const [target] = snapshot.routes.tiers[tier];
  const auth = snapshot.providers.get(target.provider)?.auth.kind;
  return {
    ...(target.model === undefined ? {} : { model: target.model }),
    ...(auth === 'secret' || auth === 'none' ? { provider_set: true as const } : {}),
    ...(auth === 'caller' ? { uses_oauth: true as const } : {}),
  };
}
