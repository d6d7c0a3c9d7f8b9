import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { KeyPath } from '../layers/key-path.ts';

/** Where a path leads in a document. */
export interface FoundNode {
  /** The last mapping or list on the way; `undefined` in an empty document. */
  readonly container: YAMLMap | YAMLSeq | undefined;
  /** What is left of the path there: one step when it is found or may be added, more when mappings are missing. */
  readonly rest: KeyPath;
  /** The path of the container. */
  readonly above: KeyPath;
  /** The entry of a mapping. */
  readonly pair: Pair | undefined;
  /** The value; `undefined` when nothing is there, not even an empty value. */
  readonly value: Node | undefined;
}

/** Follows a path as far as there are mappings and lists. Aliases are not followed: an edit would reach further. */
export function findNode(document: Document.Parsed, path: KeyPath): FoundNode {
  let container: YAMLMap | YAMLSeq | undefined = asContainer(document.contents);
  let depth = 0;
  for (;;) {
    const found = stepInto(container, path[depth]);
    const next = asContainer(found.value);
    if (next === undefined || depth === path.length - 1)
      return { container, ...found, rest: path.slice(depth), above: path.slice(0, depth) };
    container = next;
    depth += 1;
  }
}

function stepInto(
  container: YAMLMap | YAMLSeq | undefined,
  step: string | number | undefined,
): Pick<FoundNode, 'pair' | 'value'> {
  if (isMap(container)) {
    const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
    return { pair, value: isNode(pair?.value) ? pair.value : undefined };
  }
  const item = typeof step === 'number' ? container?.items[step] : undefined;
  return { pair: undefined, value: isNode(item) ? item : undefined };
}

function asContainer(node: unknown): YAMLMap | YAMLSeq | undefined {
  return isMap(node) || isSeq(node) ? node : undefined;
}
