import type { TaskDetector } from './detector.ts';

/** An image in the newest turn, those in tool results included; or anywhere, where the setting says so. */
export const image: TaskDetector = ({ content }, settings) => {
  if (content.images === 'newest-turn') return 'an image in the newest turn';
  const everywhere = settings.image.scope === 'whole-history' && content.images === 'earlier';
  return everywhere ? 'an image earlier in the conversation' : undefined;
};
