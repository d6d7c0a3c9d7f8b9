import type { Answer } from '../domain/answer.ts';
import type { PairAnswer } from '../domain/pair.ts';
import { canonicalInput } from './canonical-input.ts';

/** An answer → what is compared of it: its text, its tool calls and why it stopped. Reasoning is not compared. */
export function digestAnswer({ parts, stop }: Answer): PairAnswer {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const calls = parts.flatMap((part) => {
    if (part.type !== 'tool-call') return [];
    const tool = part.namespace === undefined ? part.name : `${part.namespace}__${part.name}`;
    return [{ tool, input: canonicalInput(part.input) }];
  });
  return { text: texts.join('\n'), calls, stop: stop.kind };
}
