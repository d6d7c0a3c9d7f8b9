import type { Agreement, CallDiff, PairAnswer, PairDiff } from '../domain/pair.ts';
import { diffCalls, isSameOrder } from './diff-calls.ts';
import { textSimilarity } from './text-similarity.ts';

/** Texts that are worded alike to this degree agree, or agree partly. */
const ALIKE = 0.7;
const AKIN = 0.3;

/** How two answers to the same request differ. What an agent does next hangs on the calls, so they decide first. */
export function diffAnswers(a: PairAnswer, b: PairAnswer): PairDiff {
  const calls = diffCalls(a.calls, b.calls);
  const similarity = textSimilarity(a.text, b.text);
  return {
    agreement: calls.length > 0 ? agreementOfCalls(calls) : agreementOfTexts(similarity),
    calls,
    sameOrder: isSameOrder(calls),
    sameStop: a.stop === b.stop,
    textSimilarity: similarity,
  };
}

function agreementOfCalls(calls: readonly CallDiff[]): Agreement {
  if (calls.every(({ kind }) => kind === 'same')) return 'agree';
  return calls.every(({ kind }) => kind === 'same' || kind === 'arguments') ? 'partly' : 'differ';
}

/** Two answers that say nothing agree. */
function agreementOfTexts(similarity: number | undefined): Agreement {
  if (similarity === undefined || similarity >= ALIKE) return 'agree';
  return similarity >= AKIN ? 'partly' : 'differ';
}
