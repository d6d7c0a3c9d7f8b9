import type { Client } from '../domain/client.ts';

/** The headers of one request, as far as they tell who sends it. Names in lower case. */
export interface Clues {
  /** `''` when there is none. */
  readonly userAgent: string;
  readonly header: (lowerCaseName: string) => string | undefined;
}

/** Recognises one kind of client; `undefined` when it is another. */
export type Detector = (clues: Clues) => Client | undefined;

/** A client of which nothing but name and version is known. */
export function clientNamed(name: Client['name'], version: string | undefined): Client {
  return { name, version, session: undefined, agentId: undefined, agentType: undefined };
}

/** `2.1.328` out of `claude-cli/2.1.328 (external, cli)`: what stands behind the first slash. */
export function versionIn(userAgent: string): string | undefined {
  return /^[^/]*\/v?(\d[\w.+-]{0,40})/.exec(userAgent)?.[1];
}
