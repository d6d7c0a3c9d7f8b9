import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { FunctionTool, ServerTool, Tool, ToolChoice } from '../../domain/tool.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { customParameters, describeCustom } from '../passes/wrap-custom-tool.ts';
import { SEARCH_DESCRIPTION, SEARCH_PARAMETERS } from '../passes/wrap-search-tool.ts';
import { openApiSchema } from './openapi-schema.ts';
import { type EncodeScope, warnOfCache } from './parts/media.ts';

/** The fields of a request that concern tools. @param tools those selected for the target */
export function encodeTools(
  conversation: Conversation,
  tools: readonly Tool[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject {
  if (tools.length === 0) return {};
  const declarations = tools.flatMap((tool) => declare(tool, names, scope));
  const hosted = tools.filter((tool) => tool.type === 'server').flatMap((tool) => encodeHosted(tool, scope));
  if (conversation.parallelToolCalls === false)
    scope.warnings.add(
      'field_dropped',
      'parallel_tool_calls',
      'The provider cannot be held to one call at a time.',
    );
  return {
    tools: [...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []), ...hosted],
    ...(declarations.length > 0 ? encodeChoice(conversation.toolChoice, tools, names) : {}),
  };
}

function declare(tool: Tool, names: ToolNames, scope: EncodeScope): JsonObject[] {
  switch (tool.type) {
    case 'function':
      return [declareFunction(tool, names, scope)];
    case 'custom':
      if (tool.grammar !== undefined)
        scope.warnings.add('tool_converted', `tools.${tool.name}`, 'The grammar is described, not enforced.');
      return [declaration(names.toSent(tool.name, tool.namespace), describeCustom(tool), customParameters())];
    case 'server':
      return isOwn(tool) || scope.target.quirks.webSearch !== 'none'
        ? []
        : [declaration(tool.name, SEARCH_DESCRIPTION, SEARCH_PARAMETERS)];
    default:
      return assertNever(tool);
  }
}

function declareFunction(tool: FunctionTool, names: ToolNames, scope: EncodeScope): JsonObject {
  const { target, warnings } = scope;
  const name = names.toSent(tool.name, tool.namespace);
  warnOfCache(tool.cache, scope);
  if (tool.strict === true)
    warnings.add('field_dropped', 'tools.strict', 'The provider does not hold models to strict schemas.');
  const description = describe(tool);
  if (target.quirks.schema !== 'none') return declaration(name, description, openApiSchema(tool.parameters));
  const described = description === undefined ? {} : { description };
  return { name, ...described, parametersJsonSchema: tool.parameters };
}

function describe(tool: FunctionTool): string | undefined {
  if (tool.examples === undefined) return tool.description;
  const examples = tool.examples.map((example) => JSON.stringify(example)).join('\n');
  return `${tool.description ?? ''}\n\nExamples of arguments:\n${examples}`;
}

function declaration(
  name: string,
  description: string | undefined,
  parameters: JsonObject | undefined,
): JsonObject {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

function isOwn(tool: ServerTool): boolean {
  return tool.vendor.format === 'gemini';
}

function encodeHosted(tool: ServerTool, { target, warnings }: EncodeScope): JsonObject[] {
  if (isOwn(tool)) return [tool.vendor.value];
  if (target.quirks.webSearch === 'none') return [];
  const { allowedDomains = [], blockedDomains = [] } = tool.webSearch ?? {};
  if (allowedDomains.length > 0 || blockedDomains.length > 0)
    warnings.add('field_dropped', `tools.${tool.name}`, 'The search cannot be bound to domains.');
  return [{ googleSearch: {} }];
}

function encodeChoice(choice: ToolChoice | undefined, tools: readonly Tool[], names: ToolNames): JsonObject {
  if (choice === undefined) return {};
  const sentNames = (wanted: readonly string[]): string[] =>
    tools.flatMap((tool) =>
      tool.type !== 'server' && wanted.includes(tool.name) ? [names.toSent(tool.name, tool.namespace)] : [],
    );
  switch (choice.type) {
    case 'auto':
      return calling('AUTO', []);
    case 'none':
      return calling('NONE', []);
    case 'required':
      return calling('ANY', []);
    case 'tool':
      return calling('ANY', sentNames([choice.name]));
    case 'allowed':
      // Only VALIDATED and ANY take a list of names.
      return calling(choice.mode === 'required' ? 'ANY' : 'VALIDATED', sentNames(choice.names));
    default:
      return assertNever(choice);
  }
}

function calling(mode: string, names: readonly string[]): JsonObject {
  const allowed = names.length > 0 ? { allowedFunctionNames: [...names] } : {};
  return { toolConfig: { functionCallingConfig: { mode, ...allowed } } };
}
