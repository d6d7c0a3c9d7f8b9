import type { Conversation } from '../../domain/conversation.ts';
import type { Part } from '../../domain/message-part.ts';
import type { ServerTool, Tool } from '../../domain/tool.ts';
import type { WarningList } from '../../domain/warning.ts';
import { capabilityRejected } from '../capability.ts';

/** The dummy that keeps Claude Code's tool list non-empty while everything else is deferred. */
const PLACEHOLDER = 'DeferredToolPlaceholder';

/** What a target makes of tools that are not plain functions. */
export interface ToolAbilities {
  runsServerTool(tool: ServerTool): boolean;
  /** Whether it knows deferred tools itself. */
  readonly defers: boolean;
}

/**
 * The tools to show to a target. Where it cannot defer tools, those appear once a reference or a call names them;
 * with the provider's own tool search gone, all of them appear at once.
 */
export function selectTools(
  conversation: Conversation,
  abilities: ToolAbilities,
  warnings: WarningList,
): readonly Tool[] {
  const { tools } = conversation;
  const searches = tools.some((tool) => tool.type === 'server' && tool.kind === 'tool-search');
  const named = namedTools(conversation);
  const selected: Tool[] = [];
  const refused: ServerTool[] = [];
  for (const tool of tools) {
    if (tool.type === 'server') {
      if (abilities.runsServerTool(tool)) selected.push(tool);
      else if (tool.kind !== 'tool-search') refused.push(tool);
    } else if (abilities.defers || isShown(tool, searches, named)) selected.push(tool);
  }
  refuseServerTools(refused, selected, warnings);
  return selected;
}

function isShown(tool: Exclude<Tool, ServerTool>, searches: boolean, named: ReadonlySet<string>): boolean {
  if (tool.name === PLACEHOLDER) return false;
  return tool.type === 'custom' || tool.deferred !== true || searches || named.has(tool.name);
}

/** A request that is nothing but a search must not be answered as if one had been made. */
function refuseServerTools(
  refused: readonly ServerTool[],
  selected: readonly Tool[],
  warnings: WarningList,
): void {
  for (const tool of refused) {
    if (selected.length === 0 || tool.kind === 'computer')
      throw capabilityRejected(
        `The tool ${tool.name} runs at the provider; the one chosen for this model does not offer it. ` +
          'Route such requests to a provider that does, or leave the tool out.',
      );
    warnings.add('tool_dropped', `tools.${tool.name}`, `The provider does not offer the tool ${tool.name}.`);
  }
}

function namedTools(conversation: Conversation): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (part: Part): void => {
    if (part.type === 'tool-reference') names.add(part.name);
    else if (part.type === 'tool-call') names.add(part.name);
    else if (part.type === 'tool-result') part.content.forEach(visit);
  };
  for (const message of conversation.messages) message.parts.forEach(visit);
  if (conversation.toolChoice?.type === 'tool') names.add(conversation.toolChoice.name);
  return names;
}
