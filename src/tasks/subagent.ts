import type { TaskDetector } from './detector.ts';

/** A subagent speaks, as its client says in a header. */
export const subagent: TaskDetector = ({ client }) => {
  if (client.agentId === undefined) return undefined;
  return client.agentType === undefined ? 'a subagent' : `a subagent of type ${client.agentType}`;
};
