import type { Client } from '../domain/client.ts';
import type { ContentFacts } from '../domain/content-facts.ts';
import type { Task } from '../domain/task.ts';
import type { Tier } from '../domain/tier.ts';
import type { TaskSettings } from './task-settings.ts';

/** All that a task can be recognised by. */
export interface TaskClues {
  readonly tier: Tier | undefined;
  readonly client: Pick<Client, 'agentId' | 'agentType'>;
  /** What Claude Code says of a request in `x-claude-code-request-class`. */
  readonly requestClass: string | undefined;
  readonly maxTokens: number | undefined;
  readonly content: ContentFacts;
  readonly promptTokens: number;
  /** What the request before this one in the same session was taken for. */
  readonly previous: Task | undefined;
}

/** Recognises one task. @returns the evidence in words, or `undefined` when the request is none of it */
export type TaskDetector = (clues: TaskClues, settings: TaskSettings) => string | undefined;
