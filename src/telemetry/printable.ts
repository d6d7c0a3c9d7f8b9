/**
 * Text from outside (model names, header values, provider messages) made safe for a terminal: control
 * characters, escape sequences among them, could otherwise move the cursor or rewrite the screen, and
 * direction overrides could make a name read as another.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** @param maximum longest result in characters; a longer text ends in `…` */
export function printable(text: string, maximum = 120): string {
  const clean = text.slice(0, maximum + 1).replace(UNSAFE, '?');
  return clean.length > maximum ? `${clean.slice(0, maximum - 1)}…` : clean;
}
