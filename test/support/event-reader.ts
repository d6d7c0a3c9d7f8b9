import { request as httpRequest, type IncomingMessage } from 'node:http';
import { liveEventSchema, type LiveEvent } from '../../src/contract/events.ts';
import { SseParser } from '../../src/lib/sse-parser.ts';

/** A reader of `/api/events` over HTTP, as a browser or a script would be one. */
export interface EventReader {
  readonly response: IncomingMessage;
  readonly events: readonly LiveEvent[];
  /** Everything that came, comments included. */
  readonly text: () => string;
  /** Resolves when the stream has ended: whether in order. */
  readonly ended: Promise<'whole' | 'cut'>;
  /** Goes away without a word. */
  leave(): void;
}

/** Resolves when the gateway has answered. */
export function readEvents(
  url: string,
  { query = '', headers = {} }: { readonly query?: string; readonly headers?: Record<string, string> } = {},
): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${url}/api/events${query}`, { agent: false, headers }, (response) => {
      const parser = new SseParser();
      const events: LiveEvent[] = [];
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        for (const { data } of parser.push(chunk)) events.push(liveEventSchema.parse(JSON.parse(data)));
      });
      const ended = new Promise<'whole' | 'cut'>((settle) => {
        response.on('end', () => settle('whole')).on('error', () => settle('cut'));
      });
      resolve({ response, events, text: () => text, ended, leave: () => outgoing.destroy() });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
