import { clientNamed, versionIn } from './detector.ts';
import type { Detector } from './detector.ts';

/**
 * GitHub Copilot, which says of every call who started it. `agent` means a subagent or merely the answer to a tool
 * call: a kind of request, but no proof of a subagent.
 */
export const copilot: Detector = ({ userAgent, header }) => {
  const initiator = header('x-initiator');
  const isOwnAgent = /^(?:GitHub)?Copilot/i.test(userAgent);
  if (initiator === undefined && !isOwnAgent) return undefined;
  // Through an SDK the version in the user agent is the SDK's.
  const client = clientNamed('copilot', isOwnAgent ? versionIn(userAgent) : undefined);
  return initiator === 'agent' ? { ...client, agentType: 'agent' } : client;
};
