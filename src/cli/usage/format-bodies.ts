import type { ExchangeBodies } from '../../contract/capture.ts';
import { printable } from '../../telemetry/printable.ts';
import type { Paint } from '../../telemetry/paint.ts';

type Message = Pick<ExchangeBodies['request'], 'headers' | 'body'>;
type Body = ExchangeBodies['bodies'][number];

/** The messages of a captured exchange in their order on the wire, each body where it passed first. */
export function formatBodies(captured: ExchangeBodies, paint: Paint): string[] {
  const shown = new Map<number, string>();
  const message = (title: string, head: string, { headers, body }: Message): string[] => {
    const before = shown.get(body);
    if (before === undefined) shown.set(body, title);
    return [
      paint('bold', `${title}: ${printable(head, 300)}`),
      ...headers.map(([name, value]) => paint('dim', `  ${printable(`${name}: ${value}`, 500)}`)),
      ...bodyLines(captured.bodies[body], before),
      '',
    ];
  };
  const { request, attempts, answer } = captured;
  return [
    ...message('request of the client', `${request.method} ${request.path}`, request),
    ...attempts.flatMap((attempt, index) => {
      const { lane, upstream, request: sent, answer: got } = attempt;
      const head = `${sent.method} ${upstream}${sent.path}`;
      const told =
        got === null ? [] : message(`answer of ${lane}, try ${index + 1}`, String(got.status), got);
      return [...message(`request to ${lane}, try ${index + 1}`, head, sent), ...told];
    }),
    ...(answer === null ? [] : message('answer to the client', String(answer.status), answer)),
  ];
}

function bodyLines(body: Body | undefined, shownBefore: string | undefined): string[] {
  if (body === undefined) return [];
  if (shownBefore !== undefined) return [`  the same body as the ${shownBefore}`];
  if (body.size === 0) return ['  no body'];
  const text = body.text ?? body.base64 ?? '';
  return [`  ${describe(body)}`, ...text.split('\n').map((line) => printable(line, Infinity))];
}

const CUT_WORDS = {
  limit: 'its beginning: it is longer than capture.max_body',
  memory: 'its beginning: too much was under way',
  encoding: 'nothing kept: its encoding could not be read',
} as const;

function describe(body: Body): string {
  const notes = [
    `${body.size} bytes`,
    body.exact ? 'exact' : undefined,
    body.cut_by === null ? undefined : CUT_WORDS[body.cut_by],
    body.redactions === 0 ? undefined : `${body.redactions} secrets replaced`,
    body.inflated_from === null ? undefined : `inflated from ${body.inflated_from}`,
    body.text === null && body.kept > 0 ? 'in Base64' : undefined,
  ];
  return notes.filter((note) => note !== undefined).join(', ');
}
