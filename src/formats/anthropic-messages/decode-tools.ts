import {
  asBoolean,
  asList,
  asNumber,
  asObject,
  asString,
  asText,
  type JsonObject,
} from '../../domain/json-value.ts';
import type { FunctionTool, ServerTool, ServerToolKind, Tool, ToolChoice } from '../../domain/tool.ts';
import { malformed } from '../parse-body.ts';
import { builtinSchema } from './builtin-tools.ts';
import { readCacheControl } from '../cache-control.ts';

const SERVER_KINDS: readonly (readonly [prefix: string, kind: ServerToolKind])[] = [
  ['web_search', 'web-search'],
  ['web_fetch', 'web-fetch'],
  ['code_execution', 'code-execution'],
  ['tool_search', 'tool-search'],
  ['computer', 'computer'],
  ['browser', 'computer'],
];

export function decodeTools(value: JsonObject[string]): Tool[] {
  if (value !== undefined && value !== null && !Array.isArray(value))
    throw malformed('tools must be a list.');
  return asList(value).map((item, at) => {
    const tool = asObject(item);
    if (tool === undefined) throw malformed(`tools[${at}] must be an object.`);
    return decodeTool(tool, `tools[${at}]`);
  });
}

export function decodeTool(tool: JsonObject, path: string): Tool {
  const type = asText(tool['type']) ?? 'custom';
  if (type === 'custom') return functionTool(tool, asObject(tool['input_schema']) ?? {}, path);
  const schema = builtinSchema(type);
  if (schema === undefined) return serverTool(tool, type);
  const builtin = { format: 'anthropic-messages', value: tool } as const;
  return { ...functionTool(tool, schema.parameters, path), description: schema.description, builtin };
}

function functionTool(tool: JsonObject, parameters: JsonObject, path: string): FunctionTool {
  const name = asText(tool['name']);
  if (name === undefined) throw malformed(`${path}.name must be a string.`);
  const strict = asBoolean(tool['strict']);
  const examples = asList(tool['input_examples']);
  return {
    type: 'function',
    name,
    description: asString(tool['description']),
    parameters,
    ...(strict === undefined ? {} : { strict }),
    ...(tool['defer_loading'] === true ? { deferred: true } : {}),
    ...(examples.length > 0 ? { examples } : {}),
    ...readCacheControl(tool),
  };
}

function serverTool(tool: JsonObject, type: string): ServerTool {
  const kind = SERVER_KINDS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other';
  const base = {
    type: 'server',
    kind,
    name: asText(tool['name']) ?? type,
    vendor: { format: 'anthropic-messages', value: tool },
  } as const;
  if (kind !== 'web-search') return base;
  return {
    ...base,
    webSearch: {
      maxUses: asNumber(tool['max_uses']),
      allowedDomains: namesIn(tool['allowed_domains']),
      blockedDomains: namesIn(tool['blocked_domains']),
      userLocation: asObject(tool['user_location']),
    },
  };
}

function namesIn(value: JsonObject[string]): string[] {
  return asList(value).flatMap((name) => asString(name) ?? []);
}

export function decodeToolChoice(value: JsonObject[string]): ToolChoice | undefined {
  const choice = asObject(value);
  switch (choice?.['type']) {
    case 'any':
      return { type: 'required' };
    case 'none':
      return { type: 'none' };
    case 'tool':
      return { type: 'tool', name: asString(choice['name']) ?? '' };
    case 'auto':
      return { type: 'auto' };
    default:
      return undefined;
  }
}
