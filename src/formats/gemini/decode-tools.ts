import { asList, asObject, asString, asText, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { FunctionTool, ServerToolKind, Tool, ToolChoice } from '../../domain/tool.ts';
import { malformed } from '../parse-body.ts';
import { jsonSchema } from './json-schema.ts';

const SERVER_TOOLS: Readonly<Record<string, readonly [kind: ServerToolKind, name: string]>> = {
  googleSearch: ['web-search', 'web_search'],
  googleSearchRetrieval: ['web-search', 'web_search'],
  urlContext: ['web-fetch', 'url_context'],
  codeExecution: ['code-execution', 'code_execution'],
  computerUse: ['computer', 'computer_use'],
};

export function decodeTools(value: JsonObject[string]): Tool[] {
  return objectsIn(value).flatMap((tool, at) => [
    ...objectsIn(tool['functionDeclarations']).map((item, index) =>
      functionTool(item, `tools[${at}].functionDeclarations[${index}]`),
    ),
    ...serverTools(tool),
  ]);
}

function functionTool(declaration: JsonObject, path: string): FunctionTool {
  const name = asText(declaration['name']);
  if (name === undefined) throw malformed(`${path}.name must be a string.`);
  return {
    type: 'function',
    name,
    description: asString(declaration['description']),
    parameters: jsonSchema(
      asObject(declaration['parametersJsonSchema']) ?? asObject(declaration['parameters']) ?? {},
    ),
  };
}

function serverTools(tool: JsonObject): Tool[] {
  return Object.entries(tool).flatMap(([key, value]): Tool[] => {
    if (key === 'functionDeclarations' || value === undefined) return [];
    const [kind, name] = (Object.hasOwn(SERVER_TOOLS, key) ? SERVER_TOOLS[key] : undefined) ?? ['other', key];
    const vendor = { format: 'gemini', value: { [key]: value } } as const;
    if (kind !== 'web-search') return [{ type: 'server', kind, name, vendor }];
    const webSearch = {
      maxUses: undefined,
      allowedDomains: [],
      blockedDomains: asList(asObject(value)?.['excludeDomains']).flatMap((item) => asString(item) ?? []),
      userLocation: undefined,
    };
    return [{ type: 'server', kind, name, webSearch, vendor }];
  });
}

export function decodeToolChoice(config: JsonObject[string]): ToolChoice | undefined {
  const calling = asObject(asObject(config)?.['functionCallingConfig']);
  const names = asList(calling?.['allowedFunctionNames']).flatMap((name) => asText(name) ?? []);
  const [only] = names;
  switch (asString(calling?.['mode'])?.toUpperCase()) {
    case 'NONE':
      return { type: 'none' };
    case 'ANY':
      if (only === undefined) return { type: 'required' };
      return names.length === 1 ? { type: 'tool', name: only } : { type: 'allowed', mode: 'required', names };
    case 'AUTO':
    case 'VALIDATED':
      return names.length === 0 ? { type: 'auto' } : { type: 'allowed', mode: 'auto', names };
    default:
      return undefined;
  }
}
