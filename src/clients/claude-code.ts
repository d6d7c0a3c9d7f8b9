import { clientNamed, versionIn } from './detector.ts';
import type { Detector } from './detector.ts';

/**
 * Claude Code. Its `claude-cli/` user agent proves little, because Qwen Code borrows it when it speaks Anthropic's
 * format, with a version of its own that is still below 1; what Qwen Code does not send is the session header.
 */
export const claudeCode: Detector = ({ userAgent, header }) => {
  const session = header('x-claude-code-session-id');
  const version = versionIn(userAgent);
  if (userAgent.startsWith('claude-code/')) return clientNamed('claude-code', version);
  if (!userAgent.startsWith('claude-cli/')) return undefined;
  if (session === undefined && version?.startsWith('0.')) return undefined;
  return {
    name: 'claude-code',
    version,
    session,
    agentId: header('x-claude-code-agent-id'),
    agentType: header('x-claude-code-agent-type'),
  };
};
