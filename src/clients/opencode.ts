import { versionIn } from './detector.ts';
import type { Detector } from './detector.ts';

/**
 * opencode. A subagent runs in a session of its own that names its parent; to us the parent's is the session, so
 * that one conversation stays together, and the subagent's own is its agent id.
 */
export const opencode: Detector = ({ userAgent, header }) => {
  if (!userAgent.startsWith('opencode/')) return undefined;
  const session = header('x-session-id');
  const parent = header('x-parent-session-id');
  return {
    name: 'opencode',
    version: versionIn(userAgent),
    session: parent ?? session,
    agentId: parent === undefined ? undefined : (session ?? parent),
    agentType: undefined,
  };
};
