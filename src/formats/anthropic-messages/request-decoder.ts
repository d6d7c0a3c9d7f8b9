import type { Buffer } from 'node:buffer';
import {
  type Conversation,
  type EndUser,
  type Extra,
  type Message,
  type ResponseFormat,
  type Sampling,
} from '../../domain/conversation.ts';
import { asList, asNumber, asObject, asString, asText, type JsonObject } from '../../domain/json-value.ts';
import type { Part, TextPart } from '../../domain/message-part.ts';
import type { Tool } from '../../domain/tool.ts';
import type { Decoded } from '../codec.ts';
import { malformed, parseBody, parseJson } from '../parse-body.ts';
import { decodeContent } from './decode-part.ts';
import { decodeReasoning } from './decode-reasoning.ts';
import { decodeTool, decodeToolChoice, decodeTools } from './decode-tools.ts';
import { restoreCallSeals } from '../call-seal.ts';

/** Fields with a place in the hub; every other is an extra. */
const KNOWN = new Set([
  'model',
  'max_tokens',
  'messages',
  'system',
  'stream',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
]);

/** Claude Code's first system block: it differs from conversation to conversation and would ruin prefix caches. */
const BILLING_HEADER = 'x-anthropic-billing-header:';

/** @throws GatewayError `malformed_body` */
export function decodeRequest(body: Buffer): Decoded<Conversation> {
  const wire = parseBody(body);
  const messages = decodeMessages(wire['messages']);
  const choice = asObject(wire['tool_choice']);
  const conversation: Conversation = {
    model: asString(wire['model']) ?? '',
    stream: wire['stream'] === true,
    system: decodeSystem(wire['system']),
    messages: messages.map(({ message }) => message),
    tools: changeTools(decodeTools(wire['tools']), wire['messages']),
    toolChoice: decodeToolChoice(choice),
    parallelToolCalls:
      choice?.['disable_parallel_tool_use'] === undefined ? undefined : !choice['disable_parallel_tool_use'],
    maxOutputTokens: asNumber(wire['max_tokens']),
    stopSequences: asList(wire['stop_sequences']).flatMap((item) => asText(item) ?? []),
    sampling: decodeSampling(wire),
    reasoning: decodeReasoning(wire, messages.findLast(({ effort }) => effort !== undefined)?.effort),
    responseFormat: decodeResponseFormat(wire),
    endUser: decodeEndUser(asObject(wire['metadata'])),
    includeUsage: true,
    extras: decodeExtras(wire),
  };
  return { value: conversation, warnings: [] };
}

function decodeSystem(value: JsonObject[string]): TextPart[] {
  return decodeContent(value, 'system')
    .filter((part) => part.type === 'text')
    .filter((part) => part.text !== '' && !part.text.startsWith(BILLING_HEADER));
}

interface DecodedMessage {
  readonly message: Message;
  /** An effort the message sets from here on. */
  readonly effort: string | undefined;
}

function decodeMessages(value: JsonObject[string]): DecodedMessage[] {
  if (!Array.isArray(value)) throw malformed('messages must be a list.');
  return value.map((item, at) => {
    const wire = asObject(item);
    const role = wire?.['role'];
    if (wire === undefined || (role !== 'user' && role !== 'assistant' && role !== 'system'))
      throw malformed(`messages[${at}].role must be user, assistant or system.`);
    const parts = decodeContent(wire['content'], `messages[${at}].content`).filter(isContent);
    return {
      message: { role, parts: role === 'assistant' ? restoreCallSeals(parts) : parts },
      effort: asText(asObject(wire['output_config'])?.['effort']),
    };
  });
}

/** Changes of the tool list stand among the blocks but are no content: {@link changeTools} applies them. */
function isContent(part: Part): boolean {
  return part.type !== 'vendor' || (part.name !== 'tool_addition' && part.name !== 'tool_removal');
}

/** The tools in force at the end of the conversation. */
function changeTools(tools: readonly Tool[], messages: JsonObject[string]): readonly Tool[] {
  const inForce = new Map(tools.map((tool) => [tool.name, tool]));
  const blocks = asList(messages).flatMap((message) => asList(asObject(message)?.['content']));
  for (const block of blocks.map(asObject)) {
    const change = asObject(block?.['tool']);
    const name = asText(change?.['name']);
    if (block?.['type'] === 'tool_removal' && name !== undefined) inForce.delete(name);
    if (block?.['type'] === 'tool_addition' && change !== undefined) addTool(inForce, change);
  }
  return [...inForce.values()];
}

function addTool(inForce: Map<string, Tool>, change: JsonObject): void {
  const name = asText(change['name']);
  if (name === undefined) return;
  const known = inForce.get(name);
  if (known?.type === 'function') {
    const { deferred: _deferred, ...loaded } = known;
    inForce.set(name, loaded);
  } else if (change['type'] === 'tool_definition')
    inForce.set(name, decodeTool({ ...change, type: 'custom' }, `tool_addition ${name}`));
}

function decodeSampling(wire: JsonObject): Sampling {
  const temperature = asNumber(wire['temperature']);
  const topP = asNumber(wire['top_p']);
  const topK = asNumber(wire['top_k']);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
  };
}

function decodeResponseFormat(wire: JsonObject): ResponseFormat | undefined {
  const format = asObject(asObject(wire['output_config'])?.['format']) ?? asObject(wire['output_format']);
  const schema = asObject(format?.['schema']);
  if (schema === undefined) return undefined;
  return { type: 'json-schema', name: 'output', description: undefined, schema, strict: true };
}

function decodeEndUser(metadata: JsonObject | undefined): EndUser | undefined {
  const id = asText(metadata?.['user_id']);
  return id === undefined ? undefined : { id, session: sessionOf(id) };
}

/** Claude Code puts a JSON object with a session id, older builds `…_session_<uuid>`, into the user id. */
function sessionOf(id: string): string | undefined {
  const fields = id.startsWith('{') ? asObject(parseJson(id)) : undefined;
  return asText(fields?.['session_id']) ?? /_session_([0-9a-f-]{36})$/.exec(id)?.[1];
}

function decodeExtras(wire: JsonObject): Extra[] {
  const outer = Object.entries(wire).filter(([name]) => !KNOWN.has(name));
  const config = Object.entries(asObject(wire['output_config']) ?? {})
    .filter(([name]) => name !== 'effort' && name !== 'format')
    .map(([name, value]) => [`output_config.${name}`, value] as const);
  return [...outer, ...config].flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [{ name, format: 'anthropic-messages', value }],
  );
}
