import type { Client } from '../domain/client.ts';
import { headerValue } from '../domain/headers.ts';
import type { RawHeaders } from '../domain/headers.ts';
import { byUserAgent } from './by-user-agent.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { clientNamed } from './detector.ts';
import type { Clues, Detector } from './detector.ts';
import { opencode } from './opencode.ts';
import { qwenCode } from './qwen-code.ts';

/** The first to recognise its client decides; user agents of SDKs are no proof, so they come last. */
const DETECTORS: readonly Detector[] = [claudeCode, qwenCode, opencode, codex, copilot, byUserAgent];

const OTHER = clientNamed('other', undefined);

/** Longer values are no ids of any known client, and would only fill records and log lines. */
const MAX_CLUE_LENGTH = 200;

/** Who sends a request, guessed from its headers. Nothing may be allowed on the strength of it: headers lie. */
export function identifyClient(headers: RawHeaders): Client {
  const clues: Clues = {
    userAgent: headerValue(headers, 'user-agent') ?? '',
    header: (name) => headerValue(headers, name)?.slice(0, MAX_CLUE_LENGTH) || undefined,
  };
  for (const detect of DETECTORS) {
    const client = detect(clues);
    if (client !== undefined) return client;
  }
  return OTHER;
}
