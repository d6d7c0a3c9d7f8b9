/**
 * Upstreams that die in the middle of an answer, and what a client may see of it. The rule: a broken answer never
 * looks like a whole one. Before the first byte it is an HTTP error; at the end of a frame of the Anthropic
 * format one error event and a proper end; everywhere else the connection breaks off.
 */
import type { Dialect } from '../support/answers.ts';
import { cut, errorEvent, errorInside, firstBytes, html, text } from '../support/answers.ts';
import type { Exchanged } from '../support/raw-client.ts';
import { exchangeRaw } from '../support/raw-client.ts';
import type { RecordedRequest } from '../support/recorded-request.ts';
import { jsonOf } from '../support/recorded-request.ts';
import type { Answer, CutKind } from '../support/reply.ts';
import { streamingBody, streamingRequest } from '../support/requests.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

export type DeathDialect = Exclude<Dialect, 'responses' | 'gemini'>;

export interface Death {
  readonly name: string;
  readonly dialect: DeathDialect;
  readonly answer: Answer;
  /** Content that leaves the upstream before it dies. */
  readonly delivered: Buffer;
  /** Whether all of `delivered` must come through; a reset may overtake what was sent before it. */
  readonly complete: boolean;
  /** The upstream itself says what went wrong, as an event in its stream. */
  readonly saysSo: boolean;
}

/** Umlauts and an emoji, so that offsets can fall into the middle of a character. */
const SPOKEN = 'Grüße an alle 🚂, die früh aufstehen müssen.';
const CUTS: readonly CutKind[] = ['fin', 'reset', 'bad-chunk', 'end'];
const OFFSETS = 10;

/** Every way to die × `OFFSETS` places in the answer, for one dialect. */
export async function deathsIn(dialect: DeathDialect): Promise<Death[]> {
  const content = await contentPieces(dialect);
  const offsets = interestingOffsets(content);
  const cuts = CUTS.flatMap((how) =>
    offsets.map((offset): Death => ({
      name: `${dialect}: ${how} after ${offset} bytes`,
      dialect,
      answer: cut(text(SPOKEN), offset, how),
      delivered: Buffer.concat(firstBytes(content, offset)),
      complete: how !== 'reset',
      saysSo: false,
    })),
  );
  const errors = boundaries(content).map((offset): Death => ({
    name: `${dialect}: an error event after ${offset} bytes`,
    dialect,
    answer: errorInside(text(SPOKEN), offset),
    delivered: Buffer.concat([...firstBytes(content, offset), Buffer.from(errorEvent(dialect))]),
    complete: true,
    saysSo: true,
  }));
  const page: Death = {
    name: `${dialect}: a web page instead of a stream`,
    dialect,
    answer: html(),
    delivered: Buffer.alloc(0),
    complete: true,
    saysSo: false,
  };
  return [...cuts, ...errors, page];
}

/** The pieces of the answer before anything that could pass for its end. */
async function contentPieces(dialect: DeathDialect): Promise<readonly Buffer[]> {
  const request: RecordedRequest = {
    number: 1,
    method: 'POST',
    target: dialect === 'chat' ? '/v1/chat/completions' : '/v1/messages',
    httpVersion: '1.1',
    rawHeaders: [],
    body: Buffer.from(JSON.stringify(streamingBody(dialect))),
    arrivedAt: 0,
    ended: new Promise(() => undefined),
  };
  const { pieces } = await text(SPOKEN)(request);
  const end = pieces.findIndex((piece) => /message_delta|"finish_reason":"/.test(piece.toString()));
  return pieces.slice(0, end);
}

/** Nothing, single bytes, ends of frames and their neighbours, and the middle of a character. */
function interestingOffsets(pieces: readonly Buffer[]): number[] {
  const ends = boundaries(pieces);
  const whole = Buffer.concat(pieces);
  const torn = whole.indexOf('🚂') + 2;
  const [first = 0, second = 0] = ends;
  const last = ends.at(-1) ?? 0;
  const middle = ends[Math.floor(ends.length / 2)] ?? 0;
  return [0, 1, 20, first, first + 1, second, middle, torn, last - 1, last].slice(0, OFFSETS);
}

function boundaries(pieces: readonly Buffer[]): number[] {
  let sum = 0;
  return pieces.map((piece) => (sum += piece.length));
}

/** Plays one death and says what was wrong with what the client saw; `undefined` when all was as it must be. */
export async function play(
  death: Death,
  { gatewayUrl, upstream }: { readonly gatewayUrl: string; readonly upstream: ScriptedUpstream },
): Promise<string | undefined> {
  upstream.reset();
  upstream.script({ answer: death.answer });
  const seen = await exchangeRaw(gatewayUrl, streamingRequest(death.dialect, gatewayUrl), 2_000);
  return judge(death, seen);
}

/** Holds what a client saw against the rule at the head of this file. */
export function judge(death: Death, seen: Exchanged): string | undefined {
  if (seen.status === undefined) return 'no answer at all';
  if (seen.status !== 200) return judgeRefusal(death, seen);
  if (death.saysSo) return judgeOwnError(death, seen);
  if (looksWhole(seen)) return `the end of an answer was forged: ${tail(seen)}`;
  const error = Buffer.from('event: error\n');
  const at = seen.body.indexOf(error);
  const content = at === -1 ? seen.body : seen.body.subarray(0, at);
  if (!death.delivered.subarray(0, content.length).equals(content))
    return `content was changed: ${tail(seen)}`;
  if (death.complete && content.length < death.delivered.length) {
    return `only ${content.length} of ${death.delivered.length} bytes came through`;
  }
  if (at === -1) return seen.end === 'whole' ? 'a truncated answer was ended cleanly' : undefined;
  return judgeAddedError(death, seen, at);
}

/** A page or an early death may become an HTTP error, in the dialect, whole. */
function judgeRefusal({ delivered }: Death, seen: Exchanged): string | undefined {
  if (seen.status === undefined || seen.status < 500) return `status ${seen.status}`;
  if (seen.end !== 'whole') return 'an HTTP error that breaks off';
  if (!('error' in jsonOf(seen))) return `an HTTP error without an error: ${seen.body.toString()}`;
  const repeated = delivered.length > 0 && seen.body.subarray(0, delivered.length).equals(delivered);
  return repeated ? 'content in an HTTP error' : undefined;
}

function judgeOwnError(death: Death, seen: Exchanged): string | undefined {
  if (!seen.body.equals(death.delivered)) return `the upstream's own error was changed: ${tail(seen)}`;
  return looksWhole(seen) ? 'the end of an answer was forged' : undefined;
}

/** One error event, well-formed, behind a whole frame, and nothing after it. */
function judgeAddedError(death: Death, seen: Exchanged, at: number): string | undefined {
  const event = seen.body.toString('utf8', at);
  const data = /^event: error\ndata: (.*)\n\n$/.exec(event)?.[1];
  if (death.dialect === 'chat') return 'an error event, which this dialect does not have';
  if (data === undefined) return `not one well-formed error event: ${event}`;
  if (jsonOf({ body: Buffer.from(data) })['type'] !== 'error') return `not JSON of an error: ${data}`;
  const inFrame = at > 0 && seen.body.toString('latin1', at - 2, at) !== '\n\n';
  if (inFrame) return 'an error event in the middle of a frame';
  return seen.end === 'whole' ? undefined : 'an error event without a proper end';
}

function looksWhole(seen: Exchanged): boolean {
  return /message_stop|message_delta|\[DONE\]|"finish_reason":"/.test(seen.body.toString());
}

function tail(seen: Exchanged): string {
  return JSON.stringify(seen.body.toString().slice(-200));
}
