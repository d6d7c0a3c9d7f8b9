import type { KeyPath } from './key-path.ts';
import type { ConfigLayer } from './layer.ts';
import type { Source } from '../problems/problem.ts';
import { isRawObject, type RawObject, type RawValue } from './raw-value.ts';

/** All layers in one tree, and where each value of it comes from. */
export interface MergedLayers extends ConfigLayer {
  /** Every value that is not itself a mapping, in the order of the tree, with its source. */
  readonly leaves: readonly MergedLeaf[];
}

interface MergedLeaf {
  readonly path: readonly string[];
  readonly value: RawValue;
  readonly source: Source;
}

type Node =
  | { readonly kind: 'leaf'; readonly value: RawValue; readonly layer: ConfigLayer }
  | { readonly kind: 'branch'; readonly children: Map<string, Node>; readonly layer: ConfigLayer };

/**
 * Mappings that mean something only as a whole: half of one layer's credential with half of another's would
 * be neither. `*` stands for any key.
 */
const ATOMIC: readonly (readonly string[])[] = [
  ['providers', '*', 'auth'],
  ['providers', '*', 'filters', 'betas'],
];

/**
 * Merges layers, lowest first. Mappings merge key by key; everything else, lists and {@link ATOMIC} mappings
 * included, is replaced as a whole by the higher layer.
 */
export function mergeLayers(layers: readonly ConfigLayer[]): MergedLayers {
  let root: Node = { kind: 'branch', children: new Map(), layer: layerOfNothing };
  for (const layer of layers) root = merge({ below: root, value: layer.values, layer, path: [] });
  const tree = root;
  const leaves = collectLeaves(tree, []);
  return {
    values: toObject(tree),
    leaves,
    locate: (path) => ownerOf(tree, path).locate(path),
  };
}

const layerOfNothing: ConfigLayer = {
  values: {},
  locate: () => ({ kind: 'default', detail: 'defaults' }),
};

interface MergeStep {
  readonly below: Node | undefined;
  readonly value: RawValue;
  readonly layer: ConfigLayer;
  readonly path: readonly string[];
}

function merge({ below, value, layer, path }: MergeStep): Node {
  if (!isRawObject(value) || isAtomic(path)) return { kind: 'leaf', value, layer };
  const children = new Map(below?.kind === 'branch' ? below.children : []);
  for (const [key, child] of Object.entries(value)) {
    children.set(key, merge({ below: children.get(key), value: child, layer, path: [...path, key] }));
  }
  return { kind: 'branch', children, layer };
}

function isAtomic(path: readonly string[]): boolean {
  return ATOMIC.some(
    (pattern) =>
      pattern.length === path.length && pattern.every((step, index) => step === '*' || step === path[index]),
  );
}

function toObject(node: Node): RawObject {
  const value = toValue(node);
  return isRawObject(value) ? value : {};
}

function toValue(node: Node): RawValue {
  if (node.kind === 'leaf') return node.value;
  // fromEntries defines own properties: a key such as __proto__ stays an ordinary key.
  return Object.fromEntries([...node.children].map(([key, child]) => [key, toValue(child)]));
}

function ownerOf(root: Node, path: KeyPath): ConfigLayer {
  let node = root;
  for (const step of path) {
    const child = node.kind === 'branch' ? node.children.get(String(step)) : undefined;
    if (child === undefined) break;
    node = child;
  }
  return node.layer;
}

function collectLeaves(node: Node, path: readonly string[]): MergedLeaf[] {
  if (node.kind === 'leaf') return [{ path, value: node.value, source: node.layer.locate(path) }];
  return [...node.children].flatMap(([key, child]) => collectLeaves(child, [...path, key]));
}
