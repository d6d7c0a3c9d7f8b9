import type { TaskDetector } from './detector.ts';

/**
 * A session that went over the threshold stays until it is well below: a context that sways around the threshold
 * would otherwise change the model, and lose its prompt cache, with every turn.
 */
const STAY = 0.8;

/** More prompt tokens than the threshold, system text and tools included. */
export const longContext: TaskDetector = ({ promptTokens, previous }, settings) => {
  const { threshold } = settings.longContext;
  const count = `about ${promptTokens} prompt tokens`;
  if (promptTokens > threshold) return `${count} are over the threshold of ${threshold}`;
  if (previous !== 'long_context' || promptTokens <= threshold * STAY) return undefined;
  return `${count} are not yet well below the threshold of ${threshold}, which this session was over`;
};
