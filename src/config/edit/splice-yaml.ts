/**
 * Changes one value in the text of a YAML document and leaves every other byte as it is: comments, order, quotes,
 * alignment. What it gives is a proposal: whoever calls checks that it says what was meant.
 */
import { isMap, isNode, isSeq, parseDocument, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { isRawObject, type RawValue } from '../layers/raw-value.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { ConfigChange } from './config-change.ts';
import { findNode } from './find-node.ts';
import { renderBlock, renderEntry, renderInline, renderItem } from './render-yaml.ts';
import { behindLine, columnOf, insertLines, lineStart, replace } from './text-lines.ts';

type Range = readonly [from: number, to: number];

/** @returns `undefined` where the document is written in a way that cannot be changed in place */
export function spliceYaml(text: string, change: ConfigChange): string | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const found = findNode(document, change.path);
  const { container, pair, rest, above } = found;
  const [step, ...below] = rest;
  if (step === undefined) return undefined;
  if (change.kind === 'remove') {
    if (rest.length > 1 || container === undefined) return undefined;
    return remove(text, { container, step, above });
  }
  const value = nested(below, change.value);
  if (container === undefined) return appended(text, step, value);
  if (isSeq(container)) {
    const isNew = change.kind === 'insert' || step === container.items.length;
    if (isNew) return insertItem(text, container, { index: Number(step), value });
    return found.value === undefined ? undefined : replaceItem(text, found.value, value);
  }
  if (pair !== undefined) return replaceValue(text, pair, { value, inline: container.flow === true });
  return addEntry(text, container, { key: String(step), value });
}

function nested(path: KeyPath, value: RawValue): RawValue {
  return path.reduceRight<RawValue>((inner, step) => Object.fromEntries([[String(step), inner]]), value);
}

/** A document in which nothing is said yet; comments may be there. */
function appended(text: string, step: string | number, value: RawValue): string {
  return insertLines(text, text.length, { lines: renderEntry(String(step), value), indent: 0 });
}

interface NewValue {
  readonly value: RawValue;
  /** The entry stands between braces, where nothing may be spread over lines. */
  readonly inline: boolean;
}

function replaceValue(text: string, pair: Pair, { value, inline }: NewValue): string | undefined {
  const colon = text.indexOf(':', rangeOf(pair.key)[1]) + 1;
  const node = pair.value;
  const [from, to] = isNode(node) ? rangeOf(node) : [colon, colon];
  if (isBlock(node)) return replaceBlock(text, { colon, from, to }, value);
  if (from === to) {
    if (inline || !isFilledObject(value)) return replace(text, [colon, colon], ` ${renderInline(value)}`);
    const indent = columnOf(text, rangeOf(pair.key)[0]) + 2;
    return insertLines(text, behindLine(text, colon), { lines: renderBlock(value), indent });
  }
  return replace(text, [from, withoutBreak(text, to)], renderInline(value));
}

/** Comments between the key and the first line of its value stay; those inside of the value go with it. */
function replaceBlock(
  text: string,
  { colon, from, to }: { readonly colon: number; readonly from: number; readonly to: number },
  value: RawValue,
): string {
  const first = lineStart(text, from);
  const emptied = replace(text, [first, behindLine(text, to)], '');
  const isSpread = isFilledObject(value) || (Array.isArray(value) && value.length > 0);
  if (!isSpread) return replace(emptied, [colon, colon], ` ${renderInline(value)}`);
  const lines = Array.isArray(value) ? value.flatMap(renderItem) : renderBlock(value);
  return insertLines(emptied, first, { lines, indent: from - first });
}

function replaceItem(text: string, item: Node, value: RawValue): string {
  const [from, to] = rangeOf(item);
  return replace(text, [from, withoutBreak(text, to)], renderInline(value));
}

function addEntry(
  text: string,
  map: YAMLMap,
  { key, value }: { readonly key: string; readonly value: RawValue },
): string {
  const [first] = map.items;
  const last = map.items.at(-1);
  if (first === undefined || last === undefined)
    return replace(text, rangeOf(map), renderInline(Object.fromEntries([[key, value]])));
  const end = rangeOfPair(last)[1];
  if (map.flow === true) {
    const entry = renderInline(Object.fromEntries([[key, value]])).slice('{ '.length, -' }'.length);
    return replace(text, [end, end], `, ${entry}`);
  }
  const indent = columnOf(text, rangeOf(first.key)[0]);
  return insertLines(text, behindLine(text, end), { lines: renderEntry(key, value), indent });
}

function insertItem(
  text: string,
  list: YAMLSeq,
  { index, value }: { readonly index: number; readonly value: RawValue },
): string | undefined {
  const ranges = list.items.map(rangeOf);
  const before = ranges[index - 1];
  const after = ranges[index];
  if (ranges.length === 0) return replace(text, rangeOf(list), renderInline([value]));
  if (list.flow === true) {
    if (before !== undefined) return replace(text, [before[1], before[1]], `, ${renderInline(value)}`);
    return after && replace(text, [after[0], after[0]], `${renderInline(value)}, `);
  }
  const place = after === undefined ? before && behindLine(text, before[1]) : lineStart(text, after[0]);
  if (place === undefined) return undefined;
  return insertLines(text, place, { lines: renderItem(value), indent: columnOf(text, rangeOf(list)[0]) });
}

interface Removal {
  readonly container: YAMLMap | YAMLSeq;
  readonly step: string | number;
  readonly above: KeyPath;
}

function remove(text: string, { container, step, above }: Removal): string | undefined {
  const ranges = isMap(container) ? container.items.map(rangeOfPair) : container.items.map(rangeOf);
  const index = indexOf(container, step);
  const gone = ranges[index];
  if (gone === undefined) return text;
  if (ranges.length === 1 && above.length > 0) {
    const empty = isMap(container) ? {} : [];
    return spliceYaml(text, { kind: 'set', path: above, value: empty });
  }
  if (container.flow === true) return removeBetween(text, ranges, index);
  const start = lineStart(text, gone[0]);
  const lead = text.slice(start, gone[0]).trim();
  if (lead !== (isMap(container) ? '' : '-')) return undefined;
  return replace(text, [start, behindLine(text, gone[1])], '');
}

/** Between braces or brackets an item goes with the comma in front of it, the first with the one behind. */
function removeBetween(text: string, ranges: readonly Range[], index: number): string | undefined {
  const gone = ranges[index];
  const before = ranges[index - 1];
  const after = ranges[index + 1];
  if (gone === undefined) return undefined;
  if (before !== undefined) return replace(text, [before[1], gone[1]], '');
  return after && replace(text, [gone[0], after[0]], '');
}

function indexOf(container: YAMLMap | YAMLSeq, step: string | number): number {
  if (!isMap(container)) return Number(step);
  return container.items.findIndex(({ key }) => String(key) === String(step));
}

function isBlock(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

function isFilledObject(value: RawValue): boolean {
  return isRawObject(value) && Object.keys(value).length > 0;
}

function rangeOfPair({ key, value }: Pair): Range {
  const [from, to] = rangeOf(key);
  return [from, isNode(value) ? Math.max(to, rangeOf(value)[1]) : to];
}

/** Of the value itself, without comments behind it. Every parsed node carries it. */
function rangeOf(node: unknown): Range {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}

/** Texts in block style end behind their last line break, which stays. */
function withoutBreak(text: string, end: number): number {
  if (text[end - 1] !== '\n') return end;
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}
