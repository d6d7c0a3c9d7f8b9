import type { Task } from '../domain/task.ts';
import type { CustomRouterSettings } from './custom-router-settings.ts';

/** When a request counts as which task. */
export interface TaskSettings {
  /** The owner's own script, asked before every rule. */
  readonly customRouter: CustomRouterSettings | undefined;
  /** The tasks that have a route, in the order in which they are looked for; the first that fits wins. */
  readonly order: readonly Task[];
  readonly image: {
    /** `whole-history` keeps a conversation with the image model for as long as an image is in it. */
    readonly scope: 'newest-turn' | 'whole-history';
  };
  readonly longContext: {
    /** Estimated prompt tokens above which a context is long. */
    readonly threshold: number;
  };
  readonly think: {
    /** Tokens a request must allow for thinking. */
    readonly budget: number;
    /** The efforts that count, in the vendors' words. */
    readonly efforts: ReadonlySet<string>;
    /** Words in the newest system message, in lower case. */
    readonly phrases: readonly string[];
  };
  readonly background: {
    /** The largest answer of a request without tools that counts as a helper's. */
    readonly maxTokens: number;
  };
  /** Words in a tool's name that make it a web search, in lower case. */
  readonly webSearchNames: readonly string[];
}

/** Vendors' words for effort, from least to most. */
export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** The effort named and every higher one. */
export function effortsFrom(lowest: (typeof EFFORTS)[number]): ReadonlySet<string> {
  return new Set(EFFORTS.slice(EFFORTS.indexOf(lowest)));
}

const DEFAULT_PHRASES: readonly string[] = [
  'plan mode is active',
  'plan mode still active',
  'you are in plan mode',
  'planning mode',
  'think step by step',
  'think carefully',
];

const DEFAULT_WEB_SEARCH_NAMES: readonly string[] = [
  'web_search',
  'search_web',
  'websearch',
  'brave',
  'exa',
  'perplexity',
];

export const DEFAULT_TASK_SETTINGS: TaskSettings = {
  customRouter: undefined,
  order: [],
  image: { scope: 'newest-turn' },
  longContext: { threshold: 60_000 },
  think: { budget: 16_384, efforts: effortsFrom('xhigh'), phrases: DEFAULT_PHRASES },
  background: { maxTokens: 256 },
  webSearchNames: DEFAULT_WEB_SEARCH_NAMES,
};
