import { MODES } from '../../domain/mode.ts';
import type { Money } from '../../domain/money.ts';
import { requireProviders } from './build-routes.ts';
import type { CompareSettings, ModeSettings } from '../snapshot.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

export function buildMode(build: SnapshotBuild): ModeSettings {
  const { config, allowAnthropicOnly = false } = build.input;
  if (config.mode === 'anthropic-only' && !allowAnthropicOnly) {
    const remedy = 'Start the gateway with --allow-anthropic-only, or write target or compare.';
    build.error(['mode'], 'asks for anthropic-only, which was not allowed at launch', remedy);
  }
  if (config.mode === 'compare' && !config.store.enabled) {
    const remedy = 'Set store.enabled to true, or mode to target.';
    build.warn(['mode'], 'compares nothing while the store is switched off: pairs are kept there', remedy);
  }
  return {
    configured: config.mode,
    allowed: MODES.filter((mode) => mode !== 'anthropic-only' || allowAnthropicOnly),
  };
}

export function buildCompare(build: SnapshotBuild): CompareSettings {
  const { compare } = build.input.config;
  if (compare.use !== undefined) requireProviders(build, ['compare', 'use'], compare.use);
  return {
    targets: compare.use,
    sample: compare.sample,
    maxConcurrent: compare.max_concurrent,
    timeout: compare.timeout,
    moneyPerDay: compare.dollars_per_day === undefined ? undefined : moneyOf(compare.dollars_per_day),
    keepDays: compare.keep_days,
    answerBytes: compare.answer_bytes,
    cancelWithClient: compare.cancel_with_client,
  };
}

/** To the millionth of a dollar. */
function moneyOf(dollars: number): Money {
  return BigInt(Math.round(dollars * 1e6)) * 1_000_000n;
}
