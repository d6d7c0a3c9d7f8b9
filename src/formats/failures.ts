import type { AnswerFailure } from '../domain/answer.ts';

/** The body ended before the answer did. */
export function truncated(): AnswerFailure {
  return {
    kind: 'upstream',
    message: 'The provider closed the connection before its answer was complete.',
    raw: undefined,
    truncated: true,
  };
}

/** Something came that cannot be read; going on would lose a piece of the answer in silence. */
export function unreadable(what: string): AnswerFailure {
  return {
    kind: 'upstream',
    message: `The provider sent ${what} that cannot be read.`,
    raw: undefined,
    truncated: false,
  };
}
