import type { Breakers } from '../../contract/guard.ts';
import { formatDuration } from '../../telemetry/format-quantity.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';

/** What is left alone, and how full limits are, one line each. */
export function formatBreakers({ breakers, cooldowns, limits }: Breakers, paint: Paint): string[] {
  const lines = [
    ...breakers.map(({ provider, origin, model, credential, state, ready_in_ms: readyIn, openings }) => {
      const color = state === 'closed' ? 'green' : state === 'open' ? 'red' : 'yellow';
      const next = state === 'open' ? `, next try in ${formatDuration(readyIn)}` : '';
      const often = openings > 1 ? `, opened ${openings} times` : '';
      const whose = credential === 'caller' ? " with callers' credentials" : withKey(credential);
      return `${paint(color, state.padEnd(9))} ${printable(`${provider}/${model}`)}${elsewhere(origin)}${whose}${next}${often}`;
    }),
    ...cooldowns.map(({ provider, origin, model, account, reason, ready_in_ms: readyIn }) => {
      const target = model === null ? provider : `${provider}/${model}`;
      const whose = account === 'gateway' ? '' : ` for ${account}`;
      return `${paint('yellow', 'cooling  ')} ${printable(target)}${elsewhere(origin)}${printable(whose)}: ${printable(reason)}, ${formatDuration(readyIn)} more`;
    }),
  ];
  const rooms = limits.map(({ provider, origin, concurrent, per_key: perKey, busy, waiting, keys }) => {
    const room = concurrent === null ? `${busy}` : `${busy} of ${concurrent}`;
    const each = keys.map((key) => `${printable(key.account)} ${key.busy} of ${perKey ?? ''}`).join(', ');
    const byKey = perKey === null || each === '' ? '' : ` (${each})`;
    return `${'limit'.padEnd(9)} ${printable(provider)}${elsewhere(origin)}: ${room} at once${byKey}, ${waiting} waiting`;
  });
  return [...(lines.length === 0 ? ['no target is left alone'] : lines), ...rooms];
}

/** Where a profile has the provider, if not at its usual place. */
function elsewhere(origin: string | null): string {
  return origin === null ? '' : ` at ${printable(origin)}`;
}

/** `gateway-2` is the second of several keys. */
function withKey(credential: string): string {
  const [, place] = /^gateway-(\d+)$/.exec(credential) ?? [];
  return place === undefined ? '' : ` with key ${place}`;
}
