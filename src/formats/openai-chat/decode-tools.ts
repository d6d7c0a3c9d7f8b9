import {
  asBoolean,
  asObject,
  asString,
  asText,
  type JsonObject,
  type JsonValue,
  objectsIn,
} from '../../domain/json-value.ts';
import type { CustomTool, FunctionTool, Tool, ToolChoice } from '../../domain/tool.ts';
import { readCacheControl } from '../cache-control.ts';
import { malformed } from '../parse-body.ts';

/** `tools`, the `functions` they replaced, and the search switched on beside them. */
export function decodeTools(wire: JsonObject): Tool[] {
  const tools = objectsIn(wire['tools']).map((tool, at) => decodeTool(tool, `tools[${at}]`));
  const functions = objectsIn(wire['functions']).map((tool, at) =>
    functionTool(tool, tool, `functions[${at}]`),
  );
  return [...tools, ...functions, ...decodeSearch(wire['web_search_options'])];
}

function decodeTool(tool: JsonObject, path: string): Tool {
  const custom = asObject(tool['custom']);
  if (custom !== undefined) return customTool(custom, path);
  const named = asObject(tool['function']);
  if (named !== undefined) return functionTool(named, tool, path);
  const name = asText(tool['type']) ?? 'tool';
  return { type: 'server', kind: 'other', name, vendor: { format: 'openai-chat', value: tool } };
}

function functionTool(named: JsonObject, holder: JsonObject, path: string): FunctionTool {
  const name = asText(named['name']);
  if (name === undefined) throw malformed(`${path} needs a function with a name.`);
  const strict = asBoolean(named['strict']);
  return {
    type: 'function',
    name,
    description: asString(named['description']),
    parameters: asObject(named['parameters']) ?? {},
    ...(strict === undefined ? {} : { strict }),
    ...readCacheControl(holder),
  };
}

function customTool(custom: JsonObject, path: string): CustomTool {
  const name = asText(custom['name']);
  if (name === undefined) throw malformed(`${path}.custom.name must be a string.`);
  const grammar = asObject(asObject(custom['format'])?.['grammar']);
  return {
    type: 'custom',
    name,
    description: asString(custom['description']),
    grammar:
      grammar === undefined
        ? undefined
        : {
            syntax: asString(grammar['syntax']) ?? 'lark',
            definition: asString(grammar['definition']) ?? '',
          },
  };
}

function decodeSearch(value: JsonValue | undefined): Tool[] {
  const search = asObject(value);
  if (search === undefined) return [];
  const location = asObject(asObject(search['user_location'])?.['approximate']);
  const userLocation = location === undefined ? undefined : { type: 'approximate', ...location };
  return [
    {
      type: 'server',
      kind: 'web-search',
      name: 'web_search',
      webSearch: { maxUses: undefined, allowedDomains: [], blockedDomains: [], userLocation },
      vendor: { format: 'openai-chat', value: search },
    },
  ];
}

export function decodeToolChoice(value: JsonValue | undefined): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { type: value };
  const choice = asObject(value);
  if (choice === undefined) return undefined;
  const allowed = asObject(choice['allowed_tools']);
  if (allowed !== undefined) {
    const names = objectsIn(allowed['tools']).flatMap((tool) => nameOf(tool) ?? []);
    return { type: 'allowed', mode: allowed['mode'] === 'required' ? 'required' : 'auto', names };
  }
  const name = nameOf(choice);
  return name === undefined ? undefined : { type: 'tool', name };
}

function nameOf(holder: JsonObject): string | undefined {
  const named = asObject(holder['function']) ?? asObject(holder['custom']) ?? holder;
  return asText(named['name']);
}
