import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import type { KeyPath } from './key-path.ts';
import type { ConfigLayer } from './layer.ts';
import type { ConfigProblem, Source } from '../problems/problem.ts';
import { isRawObject, type RawObject, type RawValue } from './raw-value.ts';

export interface LayerReading {
  readonly layer: ConfigLayer;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads the text of a YAML file into a layer that knows the line and column of each value. Never throws: what
 * is wrong with the text comes back as problems, and the layer is then empty.
 */
export function readYamlLayer(text: string, filePath: string): LayerReading {
  const lineCounter = new LineCounter();
  // Without pretty errors: their code frames repeat the text around a mistake, which may hold a secret.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
  const at = (offset: number | undefined): Source => positionOf(filePath, lineCounter, offset);
  const problems: ConfigProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    severity: 'error',
    source: at(error.pos[0]),
    path: [],
    message: `The file is not valid YAML: ${firstLine(error.message)}`,
    remedy: '',
  }));
  if (problems.length > 0) return { layer: emptyLayer(at(0)), problems };
  const values = toRawObject(document);
  if (typeof values === 'string') {
    return {
      layer: emptyLayer(at(0)),
      problems: [{ severity: 'error', source: at(0), path: [], message: values, remedy: REMEDY_TOP_LEVEL }],
    };
  }
  const layer = {
    values: fillEmptySections(values),
    locate: (path: KeyPath) => at(offsetOf(document, path)),
  };
  return { layer, problems: [] };
}

const REMEDY_TOP_LEVEL = 'Write sections such as "providers:" at its top, each as a mapping.';

/** The document as plain values, or a sentence saying why it cannot be one. */
function toRawObject(document: Document.Parsed): RawObject | string {
  let value: unknown;
  try {
    // The alias limit stops documents that unfold to gigabytes.
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return 'The file unfolds to far more than it says: too many aliases';
  }
  if (value === null || value === undefined) return {};
  return isRawObject(value) ? value : 'The file is not a mapping';
}

/** `zai:` with nothing behind it means a section with nothing in it, not the value null. */
function fillEmptySections(values: RawObject): RawObject {
  return Object.fromEntries(
    Object.entries(values).map(([key, section]): [string, RawValue] => {
      if (section === null && key !== 'default') return [key, key === 'mappings' ? [] : {}];
      if (key !== 'providers' || !isRawObject(section)) return [key, section];
      return [key, Object.fromEntries(Object.entries(section).map(([name, entry]) => [name, entry ?? {}]))];
    }),
  );
}

/** The place of a path: of the key of a mapping's entry, of the item of a list. */
function offsetOf(document: Document.Parsed, path: KeyPath): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of path) {
    const container = isAlias(node) ? node.resolve(document) : node;
    const pair = isMap(container)
      ? container.items.find((item) => keyText(item) === String(step))
      : undefined;
    const item = isSeq(container) && typeof step === 'number' ? container.items[step] : undefined;
    if (pair === undefined && item === undefined) return offset;
    node = pair === undefined ? item : pair.value;
    offset = startOf(pair === undefined ? item : pair.key) ?? offset;
  }
  return offset;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function startOf(node: unknown): number | undefined {
  // Every parsed node carries its range; anything else has none.
  return (node as Node | null | undefined)?.range?.[0];
}

function positionOf(path: string, lineCounter: LineCounter, offset: number | undefined): Source {
  if (offset === undefined) return { kind: 'file', path, line: undefined, column: undefined };
  const { line, col } = lineCounter.linePos(offset);
  return { kind: 'file', path, line: Math.max(1, line), column: Math.max(1, col) };
}

function emptyLayer(source: Source): ConfigLayer {
  return { values: {}, locate: () => source };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/[.:]\s*$/, '') ?? '';
}
