import type { Buffer } from 'node:buffer';
import type {
  Conversation,
  Extra,
  ReasoningRequest,
  ResponseFormat,
  Sampling,
} from '../../domain/conversation.ts';
import {
  asBoolean,
  asList,
  asNumber,
  asObject,
  asString,
  asText,
  type JsonObject,
  type JsonValue,
} from '../../domain/json-value.ts';
import type { Decoded } from '../codec.ts';
import { parseBody } from '../parse-body.ts';
import { asEffort } from '../read-effort.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';

/** Fields with a place in the hub; every other is an extra. */
const KNOWN = new Set([
  'model',
  'messages',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'temperature',
  'top_p',
  'top_k',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'response_format',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'stream',
  'stream_options',
]);

/** @throws GatewayError `malformed_body` */
export function decodeRequest(body: Buffer): Decoded<Conversation> {
  const wire = parseBody(body);
  const { system, messages } = decodeMessages(wire['messages']);
  const conversation: Conversation = {
    model: asString(wire['model']) ?? '',
    stream: wire['stream'] === true,
    system,
    messages,
    tools: decodeTools(wire),
    toolChoice: decodeToolChoice(wire['tool_choice'] ?? wire['function_call']),
    parallelToolCalls: asBoolean(wire['parallel_tool_calls']),
    maxOutputTokens: asNumber(wire['max_completion_tokens']) ?? asNumber(wire['max_tokens']),
    stopSequences: decodeStop(wire['stop']),
    sampling: decodeSampling(wire),
    reasoning: decodeReasoning(wire),
    responseFormat: decodeResponseFormat(asObject(wire['response_format'])),
    endUser: decodeEndUser(wire),
    includeUsage: asObject(wire['stream_options'])?.['include_usage'] === true,
    extras: decodeExtras(wire),
  };
  return { value: conversation, warnings: [] };
}

function decodeStop(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return asList(value).flatMap((item) => asText(item) ?? []);
}

const SAMPLING = [
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['seed', 'seed'],
] as const satisfies readonly (readonly [keyof Sampling, string])[];

function decodeSampling(wire: JsonObject): Sampling {
  const given = SAMPLING.flatMap(([field, name]) => {
    const value = asNumber(wire[name]);
    return value === undefined ? [] : [[field, value] as const];
  });
  return Object.fromEntries(given);
}

/** OpenAI's effort, OpenRouter's object, and the switches of GLM, DeepSeek and Qwen. */
function decodeReasoning(wire: JsonObject): ReasoningRequest | undefined {
  const reasoning = asObject(wire['reasoning']);
  const budget = asNumber(reasoning?.['max_tokens']) ?? asNumber(wire['thinking_budget']);
  const named = asText(wire['reasoning_effort']) ?? asText(reasoning?.['effort']);
  const switched = asObject(wire['thinking'])?.['type'];
  if (named === 'none' || switched === 'disabled' || wire['enable_thinking'] === false)
    return { kind: 'off' };
  if (reasoning?.['enabled'] === false) return { kind: 'off' };
  const effort = asEffort(named);
  if (budget !== undefined && budget > 0) return { kind: 'budget', tokens: budget, effort };
  const isOn = switched === 'enabled' || wire['enable_thinking'] === true || reasoning?.['enabled'] === true;
  return effort === undefined && !isOn ? undefined : { kind: 'adaptive', effort };
}

function decodeResponseFormat(format: JsonObject | undefined): ResponseFormat | undefined {
  if (format?.['type'] === 'json_object') return { type: 'json' };
  const fields = asObject(format?.['json_schema']);
  const schema = asObject(fields?.['schema']);
  if (format?.['type'] !== 'json_schema' || schema === undefined) return undefined;
  return {
    type: 'json-schema',
    name: asText(fields?.['name']) ?? 'output',
    description: asText(fields?.['description']),
    schema,
    strict: asBoolean(fields?.['strict']),
  };
}

function decodeEndUser(wire: JsonObject): Conversation['endUser'] {
  const id = asText(wire['safety_identifier']) ?? asText(wire['user']);
  const session = asText(wire['prompt_cache_key']);
  return id === undefined && session === undefined ? undefined : { id, session };
}

/** Fields at the value that changes nothing are as good as absent. */
const NEUTRAL: Readonly<Record<string, JsonValue>> = {
  n: 1,
  logprobs: false,
  store: false,
  service_tier: 'auto',
};

function decodeExtras(wire: JsonObject): Extra[] {
  return Object.entries(wire).flatMap(([name, value]): Extra[] => {
    if (KNOWN.has(name) || value === undefined || value === null || NEUTRAL[name] === value) return [];
    return [{ name, format: 'openai-chat', value }];
  });
}
