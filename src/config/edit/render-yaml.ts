import { isRawObject, type RawValue } from '../layers/raw-value.ts';

/** A value on one line, as it may stand anywhere: behind a key, in a list, between braces. */
export function renderInline(value: RawValue): string {
  if (typeof value === 'string') return renderText(value);
  if (isRawObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => `${renderText(key)}: ${renderInline(each)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (Array.isArray(value)) return `[${value.map(renderInline).join(', ')}]`;
  return JSON.stringify(value);
}

/** A value as lines of their own: mappings and lists of mappings spread out, everything else stays on its line. */
export function renderBlock(value: RawValue): string[] {
  if (isRawObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, each]) => renderEntry(key, each));
  if (!isSpread(value)) return [renderInline(value)];
  const items: readonly RawValue[] = Array.isArray(value) ? value : [];
  return items.flatMap(renderItem);
}

/** A key and its value as lines. */
export function renderEntry(key: string, value: RawValue): string[] {
  if (!isSpread(value)) return [`${renderText(key)}: ${renderInline(value)}`];
  return [`${renderText(key)}:`, ...renderBlock(value).map((line) => `  ${line}`)];
}

/** An item of a list as lines. */
export function renderItem(item: RawValue): string[] {
  const lines = isSpread(item) ? renderBlock(item) : [renderInline(item)];
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function isSpread(value: RawValue): boolean {
  if (isRawObject(value)) return Object.keys(value).length > 0;
  return Array.isArray(value) && value.some(isSpread);
}

/** What needs no quotes in any place of a document, and means nothing but text. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./+-]*$/;
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function renderText(text: string): string {
  return PLAIN.test(text) && !NOT_TEXT.test(text) ? text : JSON.stringify(text);
}
