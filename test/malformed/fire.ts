import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { exchangeRaw, postBytes } from '../support/raw-client.ts';
import { bytesOf } from './vector.ts';
import type { Vector } from './vector.ts';

export interface Range {
  readonly gatewayUrl: string;
  /** The only upstream of the gateway; its path for `clean` requests must be routed there. */
  readonly upstream: ScriptedUpstream;
}

/** What was wrong with the reaction to one vector; `undefined` when everything was as it must be. */
export async function fire(vector: Vector, range: Range): Promise<string | undefined> {
  const seenBefore = range.upstream.requests.length;
  const outcome = await reactionTo(vector, range.gatewayUrl);
  const expected: readonly unknown[] = [vector.expect].flat();
  if (!expected.includes(outcome)) return `answered ${outcome} instead of ${expected.join(' or ')}`;
  if (range.upstream.requests.length > seenBefore) return 'reached the upstream';
  return cleanRequestFails(range, seenBefore);
}

async function reactionTo(vector: Vector, gatewayUrl: string): Promise<number | 'close' | 'nothing'> {
  try {
    const { status } = await exchangeRaw(gatewayUrl, bytesOf(vector, gatewayUrl));
    return status ?? 'close';
  } catch {
    return 'nothing';
  }
}

/** After each attack an ordinary request must still be served, and be the only one that the upstream sees. */
async function cleanRequestFails(
  { gatewayUrl, upstream }: Range,
  seenBefore: number,
): Promise<string | undefined> {
  const body = { model: 'claude-sonnet-5-5', max_tokens: 10, messages: [{ role: 'user', content: 'hello' }] };
  const answer = await exchangeRaw(gatewayUrl, postBytes(gatewayUrl, '/v1/messages', body));
  if (answer.status !== 200)
    return `a clean request afterwards got ${answer.status}: ${answer.body.toString()}`;
  const seen = upstream.requests.length - seenBefore;
  return seen === 1 ? undefined : `the upstream saw ${seen} requests instead of the clean one`;
}
