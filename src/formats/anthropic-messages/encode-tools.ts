import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { FunctionTool, ServerTool, Tool } from '../../domain/tool.ts';
import type { WarningList } from '../../domain/warning.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { writeCacheControl } from '../cache-control.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { sanitiseSchema } from '../passes/sanitise-schema.ts';
import { customParameters, describeCustom } from '../passes/wrap-custom-tool.ts';

/** @param tools those selected for the target */
export function encodeTools(
  conversation: Conversation,
  tools: readonly Tool[],
  names: ToolNames,
): JsonObject[] {
  const choice = conversation.toolChoice;
  const allowed =
    choice?.type === 'allowed' ? tools.filter((tool) => choice.names.includes(tool.name)) : tools;
  return allowed.map((tool) => encodeTool(tool, names));
}

function encodeTool(tool: Tool, names: ToolNames): JsonObject {
  switch (tool.type) {
    case 'function':
      return encodeFunction(tool, names.toSent(tool.name, tool.namespace));
    case 'custom': {
      const description = describeCustom(tool);
      return {
        name: names.toSent(tool.name, tool.namespace),
        ...(description === undefined ? {} : { description }),
        input_schema: customParameters(),
      };
    }
    case 'server':
      return tool.vendor.format === 'anthropic-messages' ? tool.vendor.value : encodeSearch(tool);
    default:
      return assertNever(tool);
  }
}

function encodeFunction(tool: FunctionTool, name: string): JsonObject {
  if (tool.builtin?.format === 'anthropic-messages') return tool.builtin.value;
  return {
    name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    input_schema: sanitiseSchema(tool.parameters, 'openai'),
    ...(tool.strict === true ? { strict: true } : {}),
    ...(tool.deferred === true ? { defer_loading: true } : {}),
    ...(tool.examples === undefined ? {} : { input_examples: [...tool.examples] }),
    ...writeCacheControl(tool.cache),
  };
}

function encodeSearch({ webSearch }: ServerTool): JsonObject {
  const allowed = webSearch?.allowedDomains ?? [];
  const blocked = webSearch?.blockedDomains ?? [];
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    ...(webSearch?.maxUses === undefined ? {} : { max_uses: webSearch.maxUses }),
    ...(allowed.length > 0 ? { allowed_domains: [...allowed] } : {}),
    ...(allowed.length === 0 && blocked.length > 0 ? { blocked_domains: [...blocked] } : {}),
    ...(webSearch?.userLocation === undefined ? {} : { user_location: webSearch.userLocation }),
  };
}

/** @param forced whether the model may be made to call a tool */
export function encodeToolChoice(
  conversation: Conversation,
  names: ToolNames,
  options: { readonly forced: boolean; readonly warnings: WarningList },
): JsonObject | undefined {
  const { toolChoice: choice, parallelToolCalls } = conversation;
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  const wantsForce =
    choice?.type === 'required' ||
    choice?.type === 'tool' ||
    (choice?.type === 'allowed' && choice.mode === 'required');
  if (wantsForce && !options.forced) {
    options.warnings.add('tool_choice_changed', 'tool_choice', 'The model cannot be made to call a tool.');
    return { type: 'auto', ...single };
  }
  if (choice?.type === 'none') return { type: 'none' };
  if (choice?.type === 'tool') return { type: 'tool', name: names.toSent(choice.name), ...single };
  if (wantsForce) return { type: 'any', ...single };
  return choice === undefined && parallelToolCalls !== false ? undefined : { type: 'auto', ...single };
}
