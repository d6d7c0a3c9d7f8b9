import { looseJsonStrings, type StringValue } from '../../lib/loose-json-strings.ts';
import { REDACTED, type createSecretFinder, type Redacted } from '../../lib/redact.ts';
import type { Span } from '../../lib/splice.ts';
import { unescapeJson } from '../../lib/unescape-json.ts';

/** A piece of a text that comes in several, with the parts of it that belong to secrets, as they are once unescaped. */
interface Piece extends StringValue {
  readonly raw: string;
  readonly text: string;
  readonly secrets: (Span & { readonly opens: boolean })[];
}

/** An event stream, or the array that Gemini streams where it is not asked for one. */
const STREAM = /^(?:\u00EF\u00BB\u00BF)?\s*(?:(?:data|event|id|retry)?:|\[\s*\{)/;
const BLANK_LINE = /\r\n\r\n|\n\n|\r\r/g;

/**
 * Takes out secrets that are spelled out over several events of a stream: a model that says a key says it in pieces, none
 * of which gives it away. Pieces are told by the names of their members and put together with those of their kind, once by
 * the block they are said to belong to and once regardless of it. What surrounds a secret stays as it is.
 * @param text the body, bytes as latin1; what is no stream is returned as it is
 */
export function redactPieces(text: string, find: ReturnType<typeof createSecretFinder>): Redacted {
  if (!STREAM.test(text)) return { text, count: 0 };
  const pieces = framesOf(text).flatMap((frame) => piecesOf(text, frame));
  const byPlace = Map.groupBy(pieces, ({ name, place }) => `${name} ${place}`);
  const byName = Map.groupBy(pieces, ({ name }) => name);
  for (const channel of [...byPlace.values(), ...byName.values()]) markSecrets(channel, find);
  return cutOut(text, pieces);
}

function framesOf(text: string): Span[] {
  const ends = [...text.matchAll(BLANK_LINE)].map(({ index }) => index);
  return [...ends, text.length].map((end, index) => ({ start: ends[index - 1] ?? 0, end }));
}

function piecesOf(body: string, frame: Span): Piece[] {
  return looseJsonStrings(body.slice(frame.start, frame.end)).map((value) => {
    const start = value.start + frame.start;
    const end = value.end + frame.start;
    const raw = body.slice(start, end);
    return { ...value, start, end, raw, text: unescapeJson(raw).text, secrets: [] };
  });
}

function markSecrets(channel: readonly Piece[], find: ReturnType<typeof createSecretFinder>): void {
  const found = find(channel.map(({ text }) => text).join(''));
  if (found.length === 0) return;
  let from = 0;
  let next = 0;
  for (const { text, secrets } of channel) {
    const to = from + text.length;
    for (let span = found[next]; span !== undefined && span.start < to; span = found[next]) {
      const { start, end } = span;
      if (from < to)
        secrets.push({
          start: Math.max(start, from) - from,
          end: Math.min(end, to) - from,
          opens: start >= from,
        });
      if (end > to) break; // It goes on in the next piece.
      next += 1;
    }
    from = to;
  }
}

/** One mark to a secret, where it begins; the rest of it is nothing. */
function cutOut(text: string, pieces: readonly Piece[]): Redacted {
  const kept: string[] = [];
  let count = 0;
  let position = 0;
  for (const { start, raw, secrets } of pieces) {
    if (secrets.length === 0) continue;
    const { rawIndex } = unescapeJson(raw);
    for (const secret of secrets.toSorted((one, other) => one.start - other.start)) {
      const from = Math.max(position, start + rawIndex(secret.start));
      const to = start + rawIndex(secret.end);
      if (to <= from) continue; // Found a second time.
      kept.push(text.slice(position, from), secret.opens ? REDACTED : '');
      count += secret.opens ? 1 : 0;
      position = to;
    }
  }
  return { text: kept.join('') + text.slice(position), count };
}
