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
import type { TextPart } from '../../domain/message-part.ts';
import type { Tool } from '../../domain/tool.ts';
import { WarningList } from '../../domain/warning.ts';
import { capabilityRejected } from '../capability.ts';
import type { Decoded } from '../codec.ts';
import { malformed, parseBody } from '../parse-body.ts';
import { asEffort } from '../read-effort.ts';
import { decodeInput } from './decode-input.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';

/** Fields with a place in the hub, and those that mean nothing where nothing is stored; every other is an extra. */
const KNOWN = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'reasoning',
  'text',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'stream',
  'stream_options',
  'store',
  'include',
  'client_metadata',
]);

/** State of earlier requests, which only the provider that keeps it can use. */
const STATEFUL = ['previous_response_id', 'conversation', 'prompt'];

/** @throws GatewayError `malformed_body`, or `capability_rejected` for what needs the provider's memory */
export function decodeRequest(body: Buffer): Decoded<Conversation> {
  const wire = parseBody(body);
  refuseState(wire);
  const warnings = new WarningList();
  const { system, messages, tools, update } = decodeInput(wire['input'], warnings);
  const text = { ...asObject(wire['text']), ...asObject(update['text']) };
  const conversation: Conversation = {
    model: asString(wire['model']) ?? '',
    stream: wire['stream'] === true,
    system: [...decodeInstructions(wire['instructions']), ...system],
    messages,
    tools: joinTools(decodeTools(wire['tools'], 'tools'), tools),
    toolChoice: decodeToolChoice(wire['tool_choice']),
    parallelToolCalls: asBoolean(wire['parallel_tool_calls']),
    maxOutputTokens: asNumber(wire['max_output_tokens']),
    stopSequences: [],
    sampling: decodeSampling(wire),
    reasoning: decodeReasoning({ ...asObject(wire['reasoning']), ...asObject(update['reasoning']) }),
    responseFormat: decodeFormat(asObject(text['format'])),
    endUser: decodeEndUser(wire),
    includeUsage: true,
    extras: decodeExtras(wire),
  };
  return { value: conversation, warnings: warnings.list };
}

function refuseState(wire: JsonObject): void {
  for (const name of STATEFUL)
    if (wire[name] !== undefined && wire[name] !== null)
      throw capabilityRejected(
        `${name} unsupported: the model chosen is served by a provider without stored responses. ` +
          'Send the whole conversation as input.',
      );
  if (wire['background'] === true)
    throw capabilityRejected('background unsupported: the provider answers while the client waits.');
}

function decodeInstructions(value: JsonValue | undefined): TextPart[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string') throw malformed('instructions must be a string.');
  return value === '' ? [] : [{ type: 'text', text: value }];
}

/** A tool that comes again replaces the one before, since loaded tools are sent anew with every search. */
function joinTools(tools: readonly Tool[], added: readonly Tool[]): Tool[] {
  const joined = new Map<string, Tool>();
  for (const tool of [...tools, ...added]) {
    const namespace = tool.type === 'server' ? undefined : tool.namespace;
    joined.set(`${tool.type === 'server' ? 'server' : ''} ${namespace ?? ''} ${tool.name}`, tool);
  }
  return [...joined.values()];
}

function decodeSampling(wire: JsonObject): Sampling {
  const temperature = asNumber(wire['temperature']);
  const topP = asNumber(wire['top_p']);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
  };
}

function decodeReasoning(reasoning: JsonObject): ReasoningRequest | undefined {
  const named = asText(reasoning['effort']);
  if (named === 'none') return { kind: 'off' };
  const effort = asEffort(named);
  const summary = asText(reasoning['summary']) ?? asText(reasoning['generate_summary']);
  if (effort === undefined && summary === undefined) return undefined;
  const display = summary === undefined || summary === 'none' ? {} : { display: 'summarized' as const };
  return { kind: 'adaptive', effort, ...display };
}

function decodeFormat(format: JsonObject | undefined): ResponseFormat | undefined {
  if (format?.['type'] === 'json_object') return { type: 'json' };
  const schema = asObject(format?.['schema']);
  if (format?.['type'] !== 'json_schema' || schema === undefined) return undefined;
  return {
    type: 'json-schema',
    name: asText(format['name']) ?? 'output',
    description: asText(format['description']),
    schema,
    strict: asBoolean(format['strict']),
  };
}

function decodeEndUser(wire: JsonObject): Conversation['endUser'] {
  const id = asText(wire['safety_identifier']) ?? asText(wire['user']);
  const session = asText(wire['prompt_cache_key']);
  return id === undefined && session === undefined ? undefined : { id, session };
}

/** Fields at the value that changes nothing are as good as absent. */
const NEUTRAL: Readonly<Record<string, JsonValue>> = {
  truncation: 'disabled',
  service_tier: 'auto',
  background: false,
  top_logprobs: 0,
};

function decodeExtras(wire: JsonObject): Extra[] {
  const verbosity = asObject(wire['text'])?.['verbosity'];
  // What is included besides sealed reasoning, which always travels, the answer will lack.
  const include = asList(wire['include']).filter((item) => item !== 'reasoning.encrypted_content');
  const outer = Object.entries(wire).filter(([name, value]) => !KNOWN.has(name) && NEUTRAL[name] !== value);
  const all: readonly (readonly [string, JsonValue | undefined])[] = [
    ...outer,
    ['verbosity', verbosity],
    ['include', include.length > 0 ? include : undefined],
  ];
  return all.flatMap(([name, value]): Extra[] =>
    value === undefined || value === null || isEmpty(value)
      ? []
      : [{ name, format: 'openai-responses', value }],
  );
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
