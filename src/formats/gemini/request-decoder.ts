import type { Buffer } from 'node:buffer';
import type {
  Conversation,
  Effort,
  Extra,
  ReasoningRequest,
  ResponseFormat,
  Sampling,
} from '../../domain/conversation.ts';
import {
  asList,
  asNumber,
  asObject,
  asText,
  type JsonObject,
  type JsonValue,
} from '../../domain/json-value.ts';
import { capabilityRejected } from '../capability.ts';
import type { ClientRequest, Decoded } from '../codec.ts';
import { parseBody } from '../parse-body.ts';
import { asEffort } from '../read-effort.ts';
import { decodeContents, decodeSystem } from './decode-contents.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { jsonSchema } from './json-schema.ts';
import { inCamelCase } from './snake-case.ts';

/** Fields with a place in the hub; every other is an extra. */
const KNOWN = new Set([
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'model',
  'labels',
]);

const KNOWN_CONFIG = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'stopSequences',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'thinkingConfig',
]);

/** @throws GatewayError `malformed_body`, or `capability_rejected` for what needs the provider's memory */
export function decodeRequest(body: Buffer, client: ClientRequest): Decoded<Conversation> {
  const wire = inCamelCase(parseBody(body));
  if (asText(wire['cachedContent']) !== undefined)
    throw capabilityRejected(
      'cachedContent unsupported: it is stored at another provider. Send the content itself.',
    );
  const config = asObject(wire['generationConfig']) ?? {};
  const messages = decodeContents(wire['contents']);
  const first = messages.findIndex((message) => message.role !== 'system');
  const leading = first === -1 ? messages : messages.slice(0, first);
  const conversation: Conversation = {
    model: client.model ?? asText(wire['model']) ?? '',
    stream: client.stream ?? false,
    system: [
      ...decodeSystem(wire['systemInstruction']),
      ...leading.flatMap((message) => message.parts.filter((part) => part.type === 'text')),
    ],
    messages: messages.slice(leading.length),
    tools: decodeTools(wire['tools']),
    toolChoice: decodeToolChoice(wire['toolConfig']),
    parallelToolCalls: undefined,
    maxOutputTokens: asNumber(config['maxOutputTokens']),
    stopSequences: asList(config['stopSequences']).flatMap((item) => asText(item) ?? []),
    sampling: decodeSampling(config),
    reasoning: decodeReasoning(asObject(config['thinkingConfig'])),
    responseFormat: decodeFormat(config),
    endUser: undefined,
    includeUsage: true,
    extras: decodeExtras(wire, config),
  };
  return { value: conversation, warnings: [] };
}

const SAMPLING = ['temperature', 'topP', 'topK', 'presencePenalty', 'frequencyPenalty', 'seed'] as const;

function decodeSampling(config: JsonObject): Sampling {
  const given = SAMPLING.flatMap((name) => {
    const value = asNumber(config[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** A level, a budget (-1: as much as the model likes, 0: none), or only the wish to see thoughts. */
function decodeReasoning(thinking: JsonObject | undefined): ReasoningRequest | undefined {
  if (thinking === undefined) return undefined;
  const display = thinking['includeThoughts'] === true ? { display: 'summarized' as const } : {};
  const budget = asNumber(thinking['thinkingBudget']);
  if (budget === 0) return { kind: 'off' };
  const effort = levelOf(asText(thinking['thinkingLevel']));
  if (budget !== undefined && budget > 0) return { kind: 'budget', tokens: budget, effort, ...display };
  const isAsked = effort !== undefined || budget !== undefined || thinking['includeThoughts'] === true;
  return isAsked ? { kind: 'adaptive', effort, ...display } : undefined;
}

function levelOf(level: string | undefined): Effort | undefined {
  return asEffort(level?.toLowerCase());
}

function decodeFormat(config: JsonObject): ResponseFormat | undefined {
  const schema = asObject(config['responseJsonSchema']) ?? asObject(config['responseSchema']);
  if (schema !== undefined)
    return {
      type: 'json-schema',
      name: 'output',
      description: undefined,
      schema: jsonSchema(schema),
      strict: undefined,
    };
  return config['responseMimeType'] === 'application/json' ? { type: 'json' } : undefined;
}

/** Fields at the value that changes nothing are as good as absent. */
const NEUTRAL: Readonly<Record<string, JsonValue>> = { candidateCount: 1 };

function decodeExtras(wire: JsonObject, config: JsonObject): Extra[] {
  const outer = Object.entries(wire).filter(([name]) => !KNOWN.has(name));
  const inner = Object.entries(config)
    .filter(([name, value]) => !KNOWN_CONFIG.has(name) && NEUTRAL[name] !== value)
    .map(([name, value]) => [`generationConfig.${name}`, value] as const);
  return [...outer, ...inner].flatMap(([name, value]): Extra[] =>
    value === undefined || value === null || isEmpty(value) ? [] : [{ name, format: 'gemini', value }],
  );
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
