import type { ToolFact } from '../domain/content-facts.ts';
import type { TaskDetector } from './detector.ts';
import type { TaskSettings } from './task-settings.ts';

/**
 * A web-search tool that is the only one or must be called. One among others is not enough: agents offer theirs
 * with every request.
 */
export const webSearch: TaskDetector = ({ content }, settings) => {
  const { tools, forcedTool } = content;
  const [only, ...others] = tools;
  if (only !== undefined && others.length === 0 && isWebSearch(only, settings))
    return `the only tool is ${only.name}`;
  if (forcedTool === undefined) return undefined;
  const forced = tools.find(({ name }) => name === forcedTool) ?? { name: forcedTool, type: undefined };
  return isWebSearch(forced, settings) ? `the tool ${forcedTool} must be called` : undefined;
};

/** Vendors' own search tools say so in their type, `web_search_20250305`; others only in their name. */
function isWebSearch({ name, type }: ToolFact, { webSearchNames }: TaskSettings): boolean {
  if (type?.startsWith('web_search') === true) return true;
  const lower = name.toLowerCase();
  return webSearchNames.some((word) => (word.length > 4 ? lower.includes(word) : hasWord(lower, word)));
}

/** Short words count only as a whole: "exa" is no part of "example". */
function hasWord(name: string, word: string): boolean {
  return name.split(/[^a-z0-9]+/).includes(word);
}
