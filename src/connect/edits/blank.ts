import type { Syntax } from './syntax.ts';

/** Whether a text says nothing: no value, and no comment that somebody wrote. */
export function isBlank(syntax: Syntax, text: string): boolean {
  return Object.keys(syntax.parse(text)).length === 0 && text.replaceAll(/[\s{}]/g, '') === '';
}
