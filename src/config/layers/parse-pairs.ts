/**
 * `name=value,name=value` with percent-encoded values, as OpenTelemetry's variables for headers and resource
 * attributes are written (W3C baggage without properties). What is no pair is left out.
 */
export function parseHeaderPairs(text: string): readonly (readonly [name: string, value: string])[] {
  return text.split(',').flatMap((pair) => {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).trim();
    if (name === '') return [];
    return [[decoded(name), decoded(pair.slice(equals + 1).trim())] as const];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A stray percent sign: the text as it stands is meant.
  }
}
