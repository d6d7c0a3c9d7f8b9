import type { TaskDetector } from './detector.ts';
import { findPhrase } from './find-phrase.ts';

/** How clients introduce their title generators. */
const HELPER_PHRASES = ['you are a title generator'];

/** Small work on the side: the haiku family, and helper requests that merely borrow the main model. */
export const background: TaskDetector = ({ tier, requestClass, maxTokens, content }, settings) => {
  if (tier === 'haiku') return 'a model of the haiku family';
  if (requestClass === 'auxiliary') return 'the client calls it auxiliary';
  if (content.tools.length > 0) return undefined;
  const limit = maxTokens ?? content.maxTokens;
  if (limit !== undefined && limit > 0 && limit <= settings.background.maxTokens)
    return `an answer of at most ${limit} tokens, without tools`;
  if (content.asksForTitle) return 'a title is asked for';
  const phrase = findPhrase(content.systemText(), HELPER_PHRASES);
  return phrase === undefined ? undefined : 'a title is asked for';
};
