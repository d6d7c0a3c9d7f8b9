/** Names of models and ids are shorter; what is longer is no name, and would fill journals, logs and metrics. */
const LONGEST_NAME = 200;

/** A name from outside as it is written down: cut, with `…` in place of the rest, where it is too long to be one. */
export function shortName(name: string): string;
export function shortName(name: string | undefined): string | undefined;
export function shortName(name: string | undefined): string | undefined {
  return name === undefined || name.length <= LONGEST_NAME ? name : shortText(name, LONGEST_NAME);
}

/** @param maximum characters of the result, the `…` of a cut text included */
export function shortText(text: string, maximum: number): string {
  return text.length <= maximum ? text : `${text.slice(0, maximum - 1)}…`;
}
