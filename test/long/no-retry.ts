/**
 * Nothing is tried a second time once the first byte of content has reached the client: the answer would be
 * billed twice and could say two things.
 */
import { cut, errorInside, heldAfter, text } from '../support/answers.ts';
import { openRaw } from '../support/raw-client.ts';
import type { Answer, CutKind } from '../support/reply.ts';
import { streamingRequest } from '../support/requests.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

export interface RetryRange {
  readonly gatewayUrl: string;
  readonly first: ScriptedUpstream;
  /** Where a retry would go besides. */
  readonly second: ScriptedUpstream;
}

const FAULTS = ['fin', 'reset', 'bad-chunk', 'end', 'error event'] as const satisfies readonly (
  | CutKind
  | 'error event'
)[];
/** The events up to and including the first piece of text. */
const CONTENT_BEGINS = 4;

/** Plays `count` faults behind the first content and lists those after which anything was tried again. */
export async function faultsTriedAgain(count: number, range: RetryRange): Promise<string[]> {
  const wrong: string[] = [];
  for (let round = 0; round < count; round += 1) {
    const fault = FAULTS[round % FAULTS.length] ?? 'fin';
    const place = CONTENT_BEGINS + (round % 7);
    const requests = await playFault(fault, place, range);
    if (requests !== 1) wrong.push(`${fault} after ${place} events: ${requests} requests`);
  }
  return wrong;
}

async function playFault(fault: (typeof FAULTS)[number], place: number, range: RetryRange): Promise<number> {
  const { gatewayUrl, first, second } = range;
  const seenByClient = Promise.withResolvers<void>();
  first.reset();
  second.reset();
  first.script({ answer: await faultyAnswer(fault, place, seenByClient.promise) });
  const connection = await openRaw(gatewayUrl);
  try {
    connection.write(streamingRequest('anthropic', gatewayUrl));
    while (!connection.exchanged().body.includes('text_delta')) {
      await connection.bodyBytes(connection.exchanged().body.length + 1);
    }
    // Only now does the upstream break: the client has read content.
    seenByClient.resolve();
    await connection.answer();
    return first.requests.length + second.requests.length;
  } finally {
    seenByClient.resolve();
    connection.destroy();
  }
}

async function faultyAnswer(
  fault: (typeof FAULTS)[number],
  place: number,
  released: Promise<void>,
): Promise<Answer> {
  const spoken = text('A sentence that is long enough to be cut in many places, one after the other.');
  return async (request) => {
    const { pieces } = await spoken(request);
    const bytes = pieces.slice(0, place).reduce((sum, piece) => sum + piece.length, 0);
    const broken = fault === 'error event' ? errorInside(spoken, bytes) : cut(spoken, bytes, fault);
    return heldAfter(broken, place, released)(request);
  };
}
