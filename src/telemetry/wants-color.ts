export interface ColorQuestion {
  readonly setting: 'auto' | 'always' | 'never';
  /** Whether the stream that would get the colours is a terminal. */
  readonly isTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether to colour. `NO_COLOR` beats everything but its own absence (https://no-color.org), then the setting,
 * then `FORCE_COLOR`, then whether a terminal reads along.
 */
export function wantsColor({ setting, isTerminal, environment }: ColorQuestion): boolean {
  if (setting === 'never' || isSet(environment['NO_COLOR'])) return false;
  if (setting === 'always') return true;
  const force = environment['FORCE_COLOR'];
  if (isSet(force)) return force !== '0' && force !== 'false';
  return isTerminal && environment['TERM'] !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
