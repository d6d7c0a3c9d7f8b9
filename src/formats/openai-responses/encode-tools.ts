import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { CustomTool, FunctionTool, ServerTool, Tool, ToolChoice } from '../../domain/tool.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { sanitiseSchema } from '../passes/sanitise-schema.ts';
import { customParameters, describeCustom } from '../passes/wrap-custom-tool.ts';
import { SEARCH_DESCRIPTION, SEARCH_PARAMETERS } from '../passes/wrap-search-tool.ts';
import { type EncodeScope, warnOfCache } from './parts/content.ts';

/** The fields of a request that concern tools. @param tools those selected for the target */
export function encodeTools(
  conversation: Conversation,
  tools: readonly Tool[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject {
  if (tools.length === 0) return {};
  const { toolChoice, parallelToolCalls } = conversation;
  return {
    tools: tools.map((tool) => encodeTool(tool, names, scope)),
    ...encodeChoice(toolChoice, tools, names, scope),
    ...(parallelToolCalls === undefined ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeTool(tool: Tool, names: ToolNames, scope: EncodeScope): JsonObject {
  switch (tool.type) {
    case 'function':
      return encodeFunction(tool, names, scope);
    case 'custom':
      return encodeCustom(tool, names, scope);
    case 'server':
      return encodeServerTool(tool, scope);
    default:
      return assertNever(tool);
  }
}

/** `strict` is always said: left out, the API takes it for true and refuses ordinary schemas. */
function encodeFunction(tool: FunctionTool, names: ToolNames, scope: EncodeScope): JsonObject {
  const { quirks } = scope.target;
  warnOfCache(tool.cache, scope);
  if (tool.strict === true && !quirks.strictTools)
    scope.warnings.add(
      'field_dropped',
      'tools.strict',
      'The provider does not hold models to strict schemas.',
    );
  const description = describe(tool);
  return {
    type: 'function',
    name: names.toSent(tool.name, tool.namespace),
    ...(description === undefined ? {} : { description }),
    parameters: sanitiseSchema(tool.parameters, quirks.schema),
    strict: tool.strict === true && quirks.strictTools,
  };
}

function describe(tool: FunctionTool): string | undefined {
  if (tool.examples === undefined) return tool.description;
  const examples = tool.examples.map((example) => JSON.stringify(example)).join('\n');
  return `${tool.description ?? ''}\n\nExamples of arguments:\n${examples}`;
}

function encodeCustom(tool: CustomTool, names: ToolNames, { target, warnings }: EncodeScope): JsonObject {
  const name = names.toSent(tool.name, tool.namespace);
  if (target.quirks.customTools) {
    const description = tool.description === undefined ? {} : { description: tool.description };
    const format = tool.grammar === undefined ? { type: 'text' } : { type: 'grammar', ...tool.grammar };
    return { type: 'custom', name, ...description, format };
  }
  if (tool.grammar !== undefined)
    warnings.add('tool_converted', `tools.${tool.name}`, 'The grammar is described, not enforced.');
  const description = describeCustom(tool);
  const described = description === undefined ? {} : { description };
  return { type: 'function', name, ...described, parameters: customParameters(), strict: false };
}

function encodeServerTool(tool: ServerTool, { target, warnings }: EncodeScope): JsonObject {
  if (tool.vendor.format === 'openai-responses') return tool.vendor.value;
  if (target.quirks.webSearch === 'none')
    return {
      type: 'function',
      name: tool.name,
      description: SEARCH_DESCRIPTION,
      parameters: SEARCH_PARAMETERS,
      strict: false,
    };
  const { allowedDomains = [], blockedDomains = [], userLocation, maxUses } = tool.webSearch ?? {};
  if (maxUses !== undefined)
    warnings.add('field_dropped', `tools.${tool.name}.max_uses`, 'The number of searches cannot be limited.');
  const filters = {
    ...(allowedDomains.length > 0 ? { allowed_domains: [...allowedDomains] } : {}),
    ...(blockedDomains.length > 0 ? { blocked_domains: [...blockedDomains] } : {}),
  };
  return {
    type: 'web_search',
    ...(Object.keys(filters).length > 0 ? { filters } : {}),
    ...(userLocation === undefined ? {} : { user_location: userLocation }),
  };
}

function encodeChoice(
  choice: ToolChoice | undefined,
  tools: readonly Tool[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject {
  if (choice === undefined) return {};
  switch (choice.type) {
    case 'auto':
    case 'none':
    case 'required':
      return { tool_choice: choice.type };
    case 'allowed': {
      const allowed = tools.filter((tool) => choice.names.includes(tool.name));
      const list = allowed.map((tool) => choiceOf(tool, names, scope));
      return { tool_choice: { type: 'allowed_tools', mode: choice.mode, tools: list } };
    }
    case 'tool': {
      const tool = tools.find((item) => item.name === choice.name);
      if (tool !== undefined) return { tool_choice: choiceOf(tool, names, scope) };
      scope.warnings.add('tool_choice_changed', 'tool_choice', `There is no tool ${choice.name} to choose.`);
      return {};
    }
    default:
      return assertNever(choice);
  }
}

function choiceOf(tool: Tool, names: ToolNames, { target }: EncodeScope): JsonObject {
  if (tool.type === 'server')
    return target.quirks.webSearch === 'none'
      ? { type: 'function', name: tool.name }
      : {
          type:
            tool.vendor.format === 'openai-responses'
              ? (tool.vendor.value['type'] ?? tool.name)
              : 'web_search',
        };
  const isCustom = tool.type === 'custom' && target.quirks.customTools;
  return { type: isCustom ? 'custom' : 'function', name: names.toSent(tool.name, tool.namespace) };
}
