/** A place in the configuration: keys of mappings and indexes of lists, from the top. */
export type KeyPath = readonly (string | number)[];

/** `providers.zai.base_url`, `mappings[0].use`, `model_tiers["glm-4.7"]`. */
export function formatKeyPath(path: KeyPath): string {
  return path.map(formatStep).join('');
}

function formatStep(step: string | number, index: number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (!/^[A-Za-z0-9_-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
  return index === 0 ? step : `.${step}`;
}
