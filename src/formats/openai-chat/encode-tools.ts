import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { CustomTool, FunctionTool, ServerTool, Tool, ToolChoice } from '../../domain/tool.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { sanitiseSchema } from '../passes/sanitise-schema.ts';
import { customParameters, describeCustom } from '../passes/wrap-custom-tool.ts';
import type { EncodeScope } from './parts/content.ts';

/** The schema of a search the caller runs. */
const SEARCH_PARAMETERS: JsonObject = {
  type: 'object',
  properties: { query: { type: 'string', description: 'What to search for.' } },
  required: ['query'],
};

/** The fields of a request that concern tools. @param tools those selected for the target */
export function encodeTools(
  conversation: Conversation,
  tools: readonly Tool[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject {
  const chosen = filterAllowed(tools, conversation.toolChoice);
  const list = chosen.flatMap((tool) => encodeTool(tool, names, scope));
  const search = chosen.find((tool) => tool.type === 'server');
  return {
    ...(list.length > 0 ? { tools: list } : {}),
    ...(list.length > 0 ? encodeChoice(conversation, chosen, names, scope) : {}),
    ...(search === undefined ? {} : encodeSearch(search, scope)),
  };
}

function encodeTool(tool: Tool, names: ToolNames, scope: EncodeScope): JsonObject[] {
  switch (tool.type) {
    case 'function':
      return [encodeFunction(tool, names, scope)];
    case 'custom':
      return [encodeCustom(tool, names, scope)];
    case 'server':
      return scope.target.emulateWebSearch && scope.target.quirks.webSearch === 'none'
        ? [wrapFunction(tool.name, 'Searches the web.', SEARCH_PARAMETERS)]
        : [];
    default:
      return assertNever(tool);
  }
}

function encodeFunction(tool: FunctionTool, names: ToolNames, scope: EncodeScope): JsonObject {
  const { quirks } = scope.target;
  if (tool.cache !== undefined)
    scope.warnings.add(
      'cache_hint_dropped',
      'cache_control',
      'The provider takes no prompt-cache marks on tools.',
    );
  const parameters = sanitiseSchema(tool.parameters, quirks.schema);
  const wrapped = wrapFunction(names.toSent(tool.name, tool.namespace), describe(tool), parameters);
  if (tool.strict !== true) return wrapped;
  if (quirks.strictTools)
    return wrapFunction(names.toSent(tool.name, tool.namespace), describe(tool), parameters, true);
  scope.warnings.add('field_dropped', 'tools.strict', 'The provider does not hold models to strict schemas.');
  return wrapped;
}

function describe(tool: FunctionTool): string | undefined {
  if (tool.examples === undefined) return tool.description;
  const examples = tool.examples.map((example) => JSON.stringify(example)).join('\n');
  return `${tool.description ?? ''}\n\nExamples of arguments:\n${examples}`;
}

function encodeCustom(tool: CustomTool, names: ToolNames, scope: EncodeScope): JsonObject {
  const name = names.toSent(tool.name, tool.namespace);
  if (scope.target.quirks.customTools) {
    const format =
      tool.grammar === undefined ? { type: 'text' } : { type: 'grammar', grammar: { ...tool.grammar } };
    const description = tool.description === undefined ? {} : { description: tool.description };
    return { type: 'custom', custom: { name, ...description, format } };
  }
  if (tool.grammar !== undefined)
    scope.warnings.add('tool_converted', `tools.${tool.name}`, 'The grammar is described, not enforced.');
  return wrapFunction(name, describeCustom(tool), customParameters());
}

function wrapFunction(
  name: string,
  description: string | undefined,
  parameters: JsonObject,
  strict?: true,
): JsonObject {
  const described = description === undefined ? {} : { description };
  return { type: 'function', function: { name, ...described, parameters, ...(strict ? { strict } : {}) } };
}

function encodeChoice(
  conversation: Conversation,
  tools: readonly Tool[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject {
  const { toolChoice, parallelToolCalls } = conversation;
  const parallel =
    parallelToolCalls === undefined || !scope.target.quirks.parallelToolCalls
      ? {}
      : { parallel_tool_calls: parallelToolCalls };
  if (parallelToolCalls === false && !scope.target.quirks.parallelToolCalls)
    scope.warnings.add(
      'field_dropped',
      'parallel_tool_calls',
      'The provider cannot be held to one call at a time.',
    );
  return { ...choiceField(toolChoice, tools, names, scope), ...parallel };
}

function choiceField(
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
    case 'allowed':
      return { tool_choice: choice.mode };
    case 'tool': {
      const tool = tools.find((item) => item.name === choice.name);
      if (tool === undefined) {
        scope.warnings.add(
          'tool_choice_changed',
          'tool_choice',
          `There is no tool ${choice.name} to choose.`,
        );
        return {};
      }
      const name = names.toSent(tool.name);
      const isCustom = tool.type === 'custom' && scope.target.quirks.customTools;
      return {
        tool_choice: isCustom
          ? { type: 'custom', custom: { name } }
          : { type: 'function', function: { name } },
      };
    }
    default:
      return assertNever(choice);
  }
}

/** A list of allowed tools is kept by sending no others. */
function filterAllowed(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  return choice?.type === 'allowed' ? tools.filter((tool) => choice.names.includes(tool.name)) : tools;
}

function encodeSearch(tool: ServerTool, scope: EncodeScope): JsonObject {
  const kind = scope.target.quirks.webSearch;
  if (kind === 'none') return {};
  const domains = [...(tool.webSearch?.allowedDomains ?? []), ...(tool.webSearch?.blockedDomains ?? [])];
  if (domains.length > 0)
    scope.warnings.add('field_dropped', `tools.${tool.name}`, 'The search cannot be bound to domains.');
  return kind === 'openrouter_plugin' ? { plugins: [{ id: 'web' }] } : { web_search_options: {} };
}
