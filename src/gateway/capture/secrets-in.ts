import { Secret } from '../../lib/secret.ts';

const known = new WeakMap<object, readonly Secret[]>();

/** Every secret that a configuration holds, wherever it stands. Looked for once per configuration. */
export function secretsIn(configuration: object): readonly Secret[] {
  const found = known.get(configuration) ?? collect(configuration);
  known.set(configuration, found);
  return found;
}

function collect(root: object): Secret[] {
  const secrets: Secret[] = [];
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); value !== undefined || waiting.length > 0; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Secret) secrets.push(value);
    else if (value instanceof Map) waiting.push(...value.values());
    else waiting.push(...(value instanceof Set ? value : Object.values(value)));
  }
  return secrets;
}
