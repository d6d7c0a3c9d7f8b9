/** Events about targets: left alone, asked again, and how much of a subscription is used. */
import type { EventSink } from '../../contract/events.ts';
import type { QuotaSummary } from '../../contract/guard.ts';
import type { QuotaReading } from '../../guard/quota.ts';
import type { RegistryChange } from '../../guard/target-registry.ts';

export function tellTargetChange(events: EventSink, change: RegistryChange): void {
  if (!events.listening) return;
  const { provider, model, owner } = change.key;
  if (change.kind === 'cooldown') {
    const span = Math.max(0, Math.round(change.forMs));
    const { reason } = change;
    events.publish({ type: 'target.cooled', provider, model: model || null, reason, for_ms: span });
    return;
  }
  events.publish({
    type: 'breaker.changed',
    provider,
    model,
    credential: owner,
    state: change.state,
    ready_in_ms: Math.round(change.readyInMs),
    openings: change.openings,
  });
}

/** Every answer brings a reading; only one that differs is news. */
export function tellQuota(
  events: EventSink,
  account: string,
  readings: { readonly before: QuotaReading | undefined; readonly now: QuotaReading },
): void {
  if (!events.listening) return;
  const summary = quotaSummary(account, readings.now);
  const before = readings.before && quotaSummary(account, readings.before);
  const isNews = JSON.stringify({ ...before, read_at: 0 }) !== JSON.stringify({ ...summary, read_at: 0 });
  if (isNews) events.publish({ type: 'quota.changed', ...summary });
}

/** The windows of one account, as the admin API shows them. */
export function quotaSummary(account: string, reading: QuotaReading): QuotaSummary {
  return {
    account,
    status: reading.status ?? null,
    windows: reading.windows.map(({ name, status, utilization, resetAt }) => ({
      name,
      status: status ?? null,
      utilization: utilization ?? null,
      reset_at: resetAt ?? null,
    })),
    read_at: reading.readAt,
  };
}
