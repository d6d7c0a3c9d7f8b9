import { Buffer } from 'node:buffer';
import { diffAnswers } from '../../../comparison/diff-answers.ts';
import { digestAnswer } from '../../../comparison/digest-answer.ts';
import type { PairAnswer, PairContent, PairReading } from '../../../domain/pair.ts';
import { readAnswer } from '../../../formats/read-answer.ts';
import type { WireSide } from '../wire-side.ts';

/** Reads the two answers of a pair and compares them, as far as they are whole. Never throws. */
export function readPair(one: WireSide, other: WireSide): PairReading {
  const [primary, shadow] = [readSide(one), readSide(other)];
  const diff = primary && shadow && diffAnswers(primary, shadow);
  return {
    agreement: diff?.agreement,
    textSimilarity: diff?.textSimilarity,
    content: JSON.stringify({ primary, shadow, diff } satisfies PairContent),
  };
}

function readSide({ bytes, format, tools }: WireSide): PairAnswer | undefined {
  if (bytes === undefined) return undefined;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readAnswer({ body, format, tools });
  return read.kind === 'answer' ? digestAnswer(read.answer) : undefined;
}
