import type { ContentFacts } from '../domain/content-facts.ts';
import type { TaskClues } from './detector.ts';

/** A request of a few words to a big model, with nothing special about it. */
export function clues(
  changes: Partial<Omit<TaskClues, 'content'>> = {},
  content: Partial<ContentFacts> = {},
): TaskClues {
  return {
    tier: 'opus',
    client: { agentId: undefined, agentType: undefined },
    requestClass: undefined,
    maxTokens: 32_000,
    promptTokens: 20_000,
    previous: undefined,
    ...changes,
    content: {
      textBytes: 80_000,
      attachments: 0,
      images: 'none',
      tools: [tool('Bash'), tool('Read'), tool('WebSearch')],
      forcedTool: undefined,
      thinkingBudget: undefined,
      effort: 'medium',
      maxTokens: undefined,
      systemText: () => 'you are a coding agent',
      planMode: false,
      asksForTitle: false,
      ...content,
    },
  };
}

export function tool(name: string, type?: string): { name: string; type: string | undefined } {
  return { name, type };
}
