import { parseDocument } from 'yaml';
import { isRawObject, type RawObject } from '../layers/raw-value.ts';
import { changeValues, type ConfigChange } from './config-change.ts';
import { spliceYaml } from './splice-yaml.ts';

export type EditedText =
  | { readonly kind: 'edited'; readonly text: string }
  /** `reason` continues a sentence: `it is not valid YAML`. */
  | { readonly kind: 'impossible'; readonly reason: string };

/**
 * Makes changes in the text of a YAML file. Whatever is not changed keeps its bytes; where the way it is written
 * forbids that (a value that an alias shares, say), the document is written anew with its comments and its order.
 * The result is checked: it says what it said before plus the changes, or there is none.
 */
export function editYaml(text: string, changes: readonly ConfigChange[]): EditedText {
  let edited = text;
  for (const change of changes) {
    const before = read(edited);
    if (before === undefined) return { kind: 'impossible', reason: 'it is not valid YAML' };
    const wanted = JSON.stringify(changeValues(before, change));
    const says = (candidate: string | undefined): candidate is string =>
      candidate !== undefined && JSON.stringify(read(candidate)) === wanted;
    const next = [() => spliceYaml(edited, change), () => rewrite(edited, change)]
      .map((attempt) => attempt())
      .find(says);
    if (next === undefined)
      return { kind: 'impossible', reason: 'an anchor or alias ties it to other settings' };
    edited = next;
  }
  return { kind: 'edited', text: edited };
}

/** What the text says; `undefined` when it is no mapping or no YAML. */
export function read(text: string): RawObject | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
    return isRawObject(value) ? value : undefined;
  } catch {
    return undefined; // Aliases that unfold to far more than is written.
  }
}

/** Comments and order stay, the layout becomes that of the library. */
function rewrite(text: string, change: ConfigChange): string | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  try {
    if (change.kind === 'remove') document.deleteIn(change.path);
    else if (change.kind === 'set') document.setIn(change.path, change.value);
    else return undefined;
    return document.toString({ lineWidth: 0 });
  } catch {
    return undefined; // The library refuses to write below an alias.
  }
}
