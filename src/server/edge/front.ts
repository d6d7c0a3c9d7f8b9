import type { IncomingMessage, ServerResponse } from 'node:http';
import { lazy } from '../../lib/lazy.ts';
import { guardRequest, type HostRules } from './guard-request.ts';
import type { RequestListener } from './listen.ts';

export interface FrontInput {
  readonly rules: HostRules;
  /** Answers a request that needs no more than what is loaded at the start. @returns whether it was one */
  readonly answerProbe: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Loads what every other request needs. Should it fail, the program cannot serve, and ends by its last resort. */
  readonly open: () => Promise<RequestListener>;
}

export interface Front {
  readonly listener: RequestListener;
  /** Loads early what the first request would wait for. */
  readonly warm: () => Promise<void>;
}

/**
 * Stands at the port while the program starts. Whoever asks whether it lives is answered at once; any other request
 * waits for the entry, which from then on gets everything.
 */
export function createFront({ rules, answerProbe, open }: FrontInput): Front {
  let entry: RequestListener | undefined;
  const warm = lazy(async () => {
    entry = await open();
  });

  async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await warm();
    if (!response.destroyed) entry?.(request, response);
  }

  return {
    warm,
    listener: (request, response) => {
      if (entry !== undefined) return entry(request, response);
      const isFine = guardRequest(rules, request) === undefined;
      if (!isFine || !answerProbe(request, response)) void passOn(request, response);
    },
  };
}
