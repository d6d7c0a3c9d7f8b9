import type { TaskDetector } from './detector.ts';
import { findPhrase } from './find-phrase.ts';

/**
 * Work to be thought through: plan mode, words that ask for it in the newest system message, or an allowance for
 * thinking well above the usual. Adaptive thinking by itself is none: Claude Code asks for it in every request.
 */
export const think: TaskDetector = ({ content }, { think: settings }) => {
  if (content.planMode) return 'permission_mode is plan';
  const { thinkingBudget, effort } = content;
  if (thinkingBudget !== undefined && thinkingBudget >= settings.budget)
    return `a thinking budget of ${thinkingBudget} tokens`;
  if (effort !== undefined && settings.efforts.has(effort)) return `effort ${effort}`;
  const phrase = findPhrase(content.systemText(), settings.phrases);
  return phrase && `"${phrase}" in the newest system message`;
};
