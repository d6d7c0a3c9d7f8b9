import {
  asBoolean,
  asList,
  asObject,
  asString,
  asText,
  type JsonObject,
  objectsIn,
} from '../../domain/json-value.ts';
import type {
  CustomTool,
  FunctionTool,
  ServerTool,
  ServerToolKind,
  Tool,
  ToolChoice,
} from '../../domain/tool.ts';
import { malformed } from '../parse-body.ts';
import { builtinTool } from './builtin-tools.ts';

/** A list of tools; namespaces are taken apart, their members remember them. */
export function decodeTools(value: JsonObject[string], path: string): Tool[] {
  return objectsIn(value).flatMap((tool, at) => decodeTool(tool, `${path}[${at}]`, undefined));
}

function decodeTool(tool: JsonObject, path: string, namespace: string | undefined): Tool[] {
  const type = asText(tool['type']);
  switch (type) {
    case 'function':
      return [functionTool(tool, path, namespace)];
    case 'custom':
      return [customTool(tool, path, namespace)];
    case 'namespace': {
      const name = nameOf(tool, path);
      return objectsIn(tool['tools']).flatMap((item, at) => decodeTool(item, `${path}.tools[${at}]`, name));
    }
    default:
      return [builtin(tool, type) ?? serverTool(tool, type)];
  }
}

function nameOf(tool: JsonObject, path: string): string {
  const name = asText(tool['name']);
  if (name === undefined) throw malformed(`${path}.name must be a string.`);
  return name;
}

function functionTool(tool: JsonObject, path: string, namespace: string | undefined): FunctionTool {
  const strict = asBoolean(tool['strict']);
  return {
    type: 'function',
    name: nameOf(tool, path),
    ...(namespace === undefined ? {} : { namespace }),
    description: asString(tool['description']),
    parameters: asObject(tool['parameters']) ?? {},
    ...(strict === undefined ? {} : { strict }),
  };
}

function customTool(tool: JsonObject, path: string, namespace: string | undefined): CustomTool {
  const format = asObject(tool['format']);
  const syntax = asString(format?.['syntax']) ?? 'lark';
  const definition = asString(format?.['definition']) ?? '';
  return {
    type: 'custom',
    name: nameOf(tool, path),
    ...(namespace === undefined ? {} : { namespace }),
    description: asString(tool['description']),
    grammar: format?.['type'] === 'grammar' ? { syntax, definition } : undefined,
  };
}

/** Tools of OpenAI that the client runs; a tool search is one of them only where the client says so. */
function builtin(tool: JsonObject, type: string | undefined): FunctionTool | undefined {
  const known = builtinTool(type);
  if (known === undefined || type === undefined) return undefined;
  if (type === 'tool_search' && tool['execution'] !== 'client') return undefined;
  if (asText(asObject(tool['environment'])?.['type'])?.startsWith('container') === true) return undefined;
  return {
    type: 'function',
    name: type,
    description: asText(tool['description']) ?? known.description,
    parameters: asObject(tool['parameters']) ?? known.parameters,
    builtin: { format: 'openai-responses', value: tool },
  };
}

const SERVER_KINDS: readonly (readonly [prefix: string, kind: ServerToolKind])[] = [
  ['web_search', 'web-search'],
  ['code_interpreter', 'code-execution'],
  ['tool_search', 'tool-search'],
  ['computer', 'computer'],
];

function serverTool(tool: JsonObject, type = 'tool'): ServerTool {
  const kind = SERVER_KINDS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other';
  const vendor = { format: 'openai-responses', value: tool } as const;
  if (kind !== 'web-search') return { type: 'server', kind, name: type, vendor };
  const filters = asObject(tool['filters']);
  return {
    type: 'server',
    kind,
    name: 'web_search',
    webSearch: {
      maxUses: undefined,
      allowedDomains: textsIn(filters?.['allowed_domains']),
      blockedDomains: textsIn(filters?.['blocked_domains']),
      userLocation: asObject(tool['user_location']),
    },
    vendor,
  };
}

function textsIn(value: JsonObject[string]): string[] {
  return asList(value).flatMap((item) => asString(item) ?? []);
}

export function decodeToolChoice(value: JsonObject[string]): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { type: value };
  const choice = asObject(value);
  const type = asText(choice?.['type']);
  if (choice === undefined || type === undefined) return undefined;
  if (type === 'allowed_tools') {
    const names = objectsIn(choice['tools']).flatMap((tool) => chosenName(tool) ?? []);
    return { type: 'allowed', mode: choice['mode'] === 'required' ? 'required' : 'auto', names };
  }
  const name = chosenName(choice);
  return name === undefined ? undefined : { type: 'tool', name };
}

/** Tools without a name are chosen by their type. */
function chosenName(choice: JsonObject): string | undefined {
  return asText(choice['name']) ?? asText(choice['type']);
}
