import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a handler knows of who calls. */
export interface AdminCall {
  readonly callerIsLoopback: boolean;
  readonly hasToken: boolean;
  /** Where a reader of events wants to go on; only browsers and those who act like them send it. */
  readonly lastEventId?: string | undefined;
}

export type AdminListener = (request: IncomingMessage, response: ServerResponse) => void;

/** On every answer of the admin API. */
export const ADMIN_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Whether a path is one that a pattern such as `/api/exchanges/{id}` stands for. */
export function matchesPath(pattern: string, path: string): boolean {
  // Every request of a client is asked about, and hardly any begins like one of ours.
  const brace = pattern.indexOf('{');
  if (brace !== -1 && !path.startsWith(pattern.slice(0, brace))) return false;
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || (part.startsWith('{') && given[index] !== ''))
  );
}
