import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { Explanation } from '../../contract/explain.ts';
import type { Breakers } from '../../contract/guard.ts';
import type { CopyPlan, Decision, SkippedTarget } from '../../domain/decision.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { RequestShape } from '../../domain/request-shape.ts';
import type { Target } from '../../domain/target.ts';
import { targetKeysOf } from '../../gateway/prepare/key-ring.ts';
import { limitReadings, originElsewhere } from '../../gateway/memory/limit-readings.ts';
import { explain, type Explained } from '../../gateway/explain.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { importPredecessorState } from '../../guard/predecessor-state.ts';
import type { TargetKey } from '../../guard/target-key.ts';
import { parseRequestTarget } from '../edge/request-target.ts';
import type { AdminCall } from './admin-call.ts';
import { configuredTargets } from './configured-targets.ts';

type GuardHandlers = Pick<
  EndpointHandlers<AdminCall>,
  'breakers' | 'resetBreakers' | 'openBreaker' | 'importBreakers' | 'pause' | 'explain'
>;

/** The part of the admin API about what is left alone, and why a request goes where it goes. */
export function createGuardHandlers(gateway: Gateway): GuardHandlers {
  const { traffic, clock } = gateway;
  return {
    breakers: () => ({ status: 200, body: breakers(gateway) }),
    resetBreakers: (_, { body }) => {
      const reset = traffic.targets.reset((key) => fits(key, body), clock.monotonic());
      if (reset === 0 && body.provider !== undefined) requireProvider(gateway, body.provider);
      return { status: 200, body: { reset } };
    },
    openBreaker: (_, { body }) => {
      const forMs = body.for_ms ?? gateway.snapshot().guard.breakers.openMax;
      const keys = targetKeys(gateway).filter((key) => fits(key, body));
      const found = keys.length > 0 ? keys : keysOfTarget(gateway, body);
      for (const key of found) traffic.targets.forceOpen(key, { forMs, openings: 1 }, clock.monotonic());
      return { status: 200, body: { opened: found.length } };
    },
    importBreakers: (_, { body }) => ({ status: 200, body: { opened: importBreakers(gateway, body.file) } }),
    pause: (_, { parameters, body }) => {
      pause(gateway, parameters.name, body.paused ? 'pause' : 'resume');
      return { status: 200, body: { paused: [...traffic.paused] } };
    },
    explain: async (_, { body }) => {
      const parsed = parseRequestTarget(body.path);
      const explained = await explain(gateway, {
        method: body.method,
        target: parsed === undefined ? body.path : parsed.path + parsed.query,
        profile: parsed?.profile,
        rawHeaders: Object.entries(body.headers).flat(),
        body: Buffer.from(typeof body.body === 'string' ? body.body : JSON.stringify(body.body ?? {})),
      });
      return { status: 200, body: explanation(gateway, explained) };
    },
  };
}

/** Says so only when something changes by it. */
function pause(gateway: Gateway, provider: string, action: 'pause' | 'resume'): void {
  requireProvider(gateway, provider);
  const { paused } = gateway.traffic;
  if (paused.has(provider) === (action === 'pause')) return;
  if (action === 'pause') paused.add(provider);
  else paused.delete(provider);
  gateway.events.publish({ type: action === 'pause' ? 'provider.paused' : 'provider.resumed', provider });
}

function breakers(gateway: Gateway): Breakers {
  const { traffic, clock } = gateway;
  const now = clock.monotonic();
  const snapshot = gateway.snapshot();
  return {
    breakers: traffic.targets.list(now).map(({ key, state, readyInMs, openings }) => ({
      provider: key.provider,
      origin: originElsewhere(snapshot, key),
      model: key.model,
      credential: key.owner,
      state,
      ready_in_ms: Math.round(readyInMs),
      openings,
    })),
    cooldowns: traffic.targets.cooldowns.list(now).map(({ key, account, scope, until, reason }) => ({
      provider: key.provider,
      origin: originElsewhere(snapshot, key),
      model: scope === 'account' ? null : key.model,
      account,
      reason,
      ready_in_ms: Math.round(until - now),
    })),
    limits: limitReadings(gateway).map(({ accounts, perKey, ...reading }) => ({
      ...reading,
      per_key: perKey,
      keys: [...accounts],
    })),
  };
}

function explanation(gateway: Gateway, explained: Explained): Explanation {
  const { client, mode, decision, tasks, promptTokens, answeredHere } = explained;
  return {
    rule: decision?.rule ?? 'none',
    route: decision?.route ?? null,
    evidence: decision?.evidence ?? 'The gateway would refuse the request before it decides.',
    tier: decision?.tier ?? null,
    task: decision?.task ?? null,
    client,
    mode,
    targets: decision === undefined ? [] : askedOf(decision).map(targetBody),
    shape: shapeBody(decision?.targets[0].shape),
    net_fallback: decision?.netFallback === undefined ? null : targetBody(decision.netFallback),
    skipped: decision?.skipped.map(skippedBody) ?? [],
    copy: decision?.copy === undefined ? null : copyBody(gateway, decision.copy),
    other_tasks: tasks.filter(({ task }) => task !== decision?.task),
    prompt_tokens: promptTokens ?? null,
    answered_here: answeredHere ?? null,
  };
}

/** Where none could be asked, all of them are among those passed over. */
function askedOf({ targets, skipped }: Decision): readonly Target[] {
  return targets.filter((target) => !skipped.some((passedOver) => passedOver.target === target));
}

function copyBody(gateway: Gateway, { target, skipped }: CopyPlan): Explanation['copy'] {
  const { sample } = gateway.snapshot().compare;
  return {
    target: target === undefined ? null : targetBody(target),
    sample,
    skipped: skipped.map(skippedBody),
  };
}

function skippedBody({ target, reason }: SkippedTarget): Explanation['skipped'][number] {
  return { target: targetBody(target), reason };
}

function shapeBody(shape: RequestShape | undefined): Explanation['shape'] {
  if (shape === undefined) return null;
  const named = {
    effort: shape.effort,
    thinking_tokens: shape.thinkingTokens,
    hide_thinking: shape.hideThinking,
    max_tokens: shape.maxTokens,
    min_tokens: shape.minTokens,
    timeout_ms: shape.timeout,
  };
  const set = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(set);
}

function targetBody({ provider, model }: Target): { provider: string; model: string | null } {
  return { provider, model: model ?? null };
}

function importBreakers(gateway: Gateway, file: unknown): number {
  const { traffic, clock } = gateway;
  const { breakers: settings } = gateway.snapshot().guard;
  const options = { timeout: settings.openMax, now: clock.now() };
  const imported = importPredecessorState(file, targetKeys(gateway), options);
  if (imported === undefined)
    throw new GatewayError('malformed_body', 'The file is no circuit_breaker_state.json.');
  for (const { key, forMs } of imported)
    traffic.targets.forceOpen(key, { forMs, openings: 1 }, clock.monotonic());
  return imported.length;
}

function targetKeys(gateway: Gateway): readonly TargetKey[] {
  return configuredTargets(gateway.snapshot().routes)
    .filter(({ model }) => model !== undefined)
    .flatMap(({ provider, model = '' }) => keysOfTarget(gateway, { provider, model }));
}

function keysOfTarget(
  gateway: Gateway,
  { provider, model }: { provider: string; model: string },
): readonly TargetKey[] {
  return targetKeysOf(requireProvider(gateway, provider), model);
}

function requireProvider(gateway: Gateway, name: string) {
  const provider = gateway.snapshot().providers.get(name);
  if (provider !== undefined) return provider;
  throw new GatewayError('bad_query', `There is no provider ${name.slice(0, 100)}.`);
}

function fits(
  key: TargetKey,
  which: { readonly provider?: string | undefined; readonly model?: string | undefined },
): boolean {
  return (
    (which.provider === undefined || which.provider === key.provider) &&
    (which.model === undefined || which.model === key.model)
  );
}
