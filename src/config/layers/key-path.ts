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

const STEP = /(\.?)([A-Za-z0-9_-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** Reads what {@link formatKeyPath} writes. @returns `undefined` when the text is no such path */
export function parseKeyPath(text: string): KeyPath | undefined {
  const path: (string | number)[] = [];
  let offset = 0;
  while (offset < text.length) {
    STEP.lastIndex = offset;
    const [whole, dot, name, index, quoted] = STEP.exec(text) ?? [];
    const step = name ?? (index === undefined ? unquoted(quoted) : Number(index));
    // A dot stands between two names and nowhere else.
    if (
      whole === undefined ||
      step === undefined ||
      (name !== undefined && (dot === '.') !== path.length > 0)
    )
      return undefined;
    path.push(step);
    offset += whole.length;
  }
  return path.length === 0 ? undefined : path;
}

function unquoted(quoted: string | undefined): string | undefined {
  try {
    return quoted === undefined ? undefined : String(JSON.parse(quoted));
  } catch {
    return undefined; // An escape that JSON does not know.
  }
}
