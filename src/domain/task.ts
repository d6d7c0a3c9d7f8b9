/** What kind of work a request is, as far as a route of its own may be worth it. */
export type Task = (typeof TASKS)[number];

/** In the order in which they are looked for, unless the configuration says otherwise. */
export const TASKS = ['image', 'web_search', 'long_context', 'think', 'background', 'subagent'] as const;

/** A task that was recognised, and by what. */
export interface RecognisedTask {
  readonly task: Task;
  /** In words: `72,000 prompt tokens are over the threshold of 60,000`. */
  readonly evidence: string;
}
