import type { AdminClient } from '../../admin-client/admin-client.ts';
import { liveEventSchema, type LiveEvent } from '../../contract/events.ts';
import { SseParser } from '../../lib/sse-parser.ts';

/**
 * Events as they come, those of one piece together; a piece may hold none. Events of a type that this version does
 * not know are left out.
 * @throws AdminClientError when the stream cannot be had or breaks off
 */
export async function* liveEvents(
  client: AdminClient,
  query: { readonly types: string; readonly after?: string | undefined },
): AsyncGenerator<readonly LiveEvent[]> {
  const parser = new SseParser();
  for await (const piece of client.stream('events', { query }))
    yield parser.push(Buffer.from(piece)).flatMap(({ data }) => {
      const event = liveEventSchema.safeParse(JSON.parse(data)).data;
      return event === undefined ? [] : [event];
    });
}
