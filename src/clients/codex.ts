import { versionIn } from './detector.ts';
import type { Detector } from './detector.ts';

/** Codex: command line, `exec` and editors share the originator header and a user agent that begins with codex. */
export const codex: Detector = ({ userAgent, header }) => {
  const isCodex = /^codex[-_/]/i.test(userAgent) || header('originator')?.startsWith('codex') === true;
  if (!isCodex) return undefined;
  const session = header('session-id') ?? header('session_id');
  const agentType = header('x-openai-subagent');
  return {
    name: 'codex',
    version: versionIn(userAgent),
    session: session ?? header('thread-id'),
    agentId: agentType === undefined ? undefined : (header('thread-id') ?? agentType),
    agentType,
  };
};
