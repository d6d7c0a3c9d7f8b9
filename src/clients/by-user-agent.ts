import type { ClientName } from '../domain/client.ts';
import { clientNamed, versionIn } from './detector.ts';
import type { Detector } from './detector.ts';

/** Clients that nothing but their user agent gives away, the SDKs last: agents are built on them. */
const PATTERNS: readonly (readonly [name: ClientName, userAgent: RegExp])[] = [
  ['gemini-cli', /^GeminiCLI/],
  ['openclaw', /^openclaw\b/i],
  ['hermes', /^hermes(?:[-_ ]?agent)?\b/i],
  ['anthropic-sdk', /^(?:Async)?Anthropic\//],
  ['openai-sdk', /^(?:Async)?OpenAI\//],
];

export const byUserAgent: Detector = ({ userAgent }) => {
  for (const [name, pattern] of PATTERNS) {
    if (pattern.test(userAgent)) return clientNamed(name, versionOf(userAgent));
  }
  return undefined;
};

/** SDKs write their language between name and version: `OpenAI/JS 7.15.0`. */
function versionOf(userAgent: string): string | undefined {
  return versionIn(userAgent) ?? /^[^/]+\/[A-Za-z]+ (\d[\w.+-]{0,40})/.exec(userAgent)?.[1];
}
