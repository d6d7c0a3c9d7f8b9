import { Buffer } from 'node:buffer';
import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ServerTool } from '../../domain/tool.ts';
import { WarningList } from '../../domain/warning.ts';
import type { EncodedRequest, TranslationTarget } from '../codec.ts';
import { clampOutput } from '../passes/clamp-output.ts';
import { estimatePrompt } from '../passes/estimate-prompt.ts';
import { mapToolNames } from '../passes/map-tool-names.ts';
import { prepareMessages } from '../passes/prepare-messages.ts';
import { sanitiseSchema } from '../passes/sanitise-schema.ts';
import { selectTools } from '../passes/select-tools.ts';
import { warnOfExtras } from '../passes/warn-of-extras.ts';
import { requestHeaders } from '../request-headers.ts';
import { encodeContents } from './encode-contents.ts';
import { encodeThinking } from './encode-thinking.ts';
import { encodeTools } from './encode-tools.ts';
import { type EncodeScope, warnOfCache } from './parts/media.ts';

const HANDLED = new Set(['service_tier']);

/** The API's limit on stop sequences. */
const STOP_LIMIT = 5;

/**
 * The body alone: model and verb stand in the path, and a stream is asked for with `alt=sse`.
 * @throws GatewayError `capability_rejected` for what the target cannot do and must not pretend
 */
export function encodeRequest(conversation: Conversation, target: TranslationTarget): EncodedRequest {
  const warnings = new WarningList();
  const scope: EncodeScope = { target, warnings };
  warnOfExtras(conversation, 'gemini', HANDLED, warnings);
  const runsServerTool = (tool: ServerTool): boolean => runsAtGoogle(tool, target);
  const tools = selectTools(conversation, { runsServerTool, defers: false }, warnings);
  const names = mapToolNames(tools, { limit: target.quirks.toolNameLimit, wrapCustom: true });
  const prepared = prepareMessages(conversation, withPolicy(target), warnings);
  const body: JsonObject = {
    ...encodeSystem(prepared.system, scope),
    contents: encodeContents(prepared.messages, names, scope),
    ...encodeTools(conversation, tools, names, scope),
    ...encodeConfig(conversation, scope, tools.length > 0),
    ...ownExtras(conversation),
  };
  return {
    body: Buffer.from(JSON.stringify(body), 'utf8'),
    headers: requestHeaders(conversation.stream),
    warnings: warnings.list,
    toolNames: names,
  };
}

function runsAtGoogle(tool: ServerTool, { quirks, emulateWebSearch }: TranslationTarget): boolean {
  if (tool.vendor.format === 'gemini') return true;
  return tool.kind === 'web-search' && (quirks.webSearch !== 'none' || emulateWebSearch);
}

/** There is no role for instructions in mid-conversation. */
function withPolicy(target: TranslationTarget): TranslationTarget {
  if (target.quirks.midSystem !== 'in-place') return target;
  return { ...target, quirks: { ...target.quirks, midSystem: 'user' } };
}

function encodeSystem(system: Conversation['system'], scope: EncodeScope): JsonObject {
  for (const { cache } of system) warnOfCache(cache, scope);
  return system.length === 0 ? {} : { systemInstruction: { parts: system.map(({ text }) => ({ text })) } };
}

function encodeConfig(conversation: Conversation, scope: EncodeScope, hasTools: boolean): JsonObject {
  const { target, warnings } = scope;
  const prompt = target.quirks.contextTokens === undefined ? 0 : estimatePrompt(conversation);
  const limit = clampOutput(conversation.maxOutputTokens, target.quirks, prompt, warnings);
  const config: JsonObject = {
    ...(limit === undefined ? {} : { maxOutputTokens: limit }),
    ...encodeSampling(conversation, scope),
    ...encodeStop(conversation, warnings),
    ...encodeFormat(conversation, scope, hasTools),
    ...encodeThinking(conversation.reasoning, target, warnings),
    ...Object.fromEntries(ownConfig(conversation)),
  };
  return Object.keys(config).length > 0 ? { generationConfig: config } : {};
}

function encodeSampling(conversation: Conversation, { target, warnings }: EncodeScope): JsonObject {
  if (target.quirks.sampling) return { ...conversation.sampling };
  for (const name of Object.keys(conversation.sampling))
    warnings.add('sampling_dropped', name, `The model refuses ${name}.`);
  return {};
}

function encodeStop({ stopSequences }: Conversation, warnings: WarningList): JsonObject {
  const taken = stopSequences.slice(0, STOP_LIMIT);
  if (taken.length < stopSequences.length)
    warnings.add('stop_dropped', 'stop_sequences', `The provider takes ${STOP_LIMIT} stop sequences.`);
  return taken.length === 0 ? {} : { stopSequences: taken };
}

/** The second generation refuses JSON answers together with tools. */
function encodeFormat(
  conversation: Conversation,
  { target, warnings }: EncodeScope,
  hasTools: boolean,
): JsonObject {
  const format = conversation.responseFormat;
  if (format === undefined) return {};
  if (hasTools && /gemini-[12](?!\d)/i.test(target.model)) {
    warnings.add(
      'response_format_changed',
      'response_format',
      'The model takes no format together with tools.',
    );
    return {};
  }
  const json = { responseMimeType: 'application/json' };
  if (format.type === 'json') return json;
  if (target.quirks.responseSchema)
    return { ...json, responseJsonSchema: sanitiseSchema(format.schema, 'openai') };
  warnings.add('response_format_changed', 'response_format', 'The provider promises JSON, not the schema.');
  return json;
}

const CONFIG_PREFIX = 'generationConfig.';

function ownConfig(conversation: Conversation): (readonly [string, JsonObject[string]])[] {
  return conversation.extras
    .filter(({ format, name }) => format === 'gemini' && name.startsWith(CONFIG_PREFIX))
    .map(({ name, value }) => [name.slice(CONFIG_PREFIX.length), value] as const);
}

function ownExtras(conversation: Conversation): JsonObject {
  const own = conversation.extras.filter(({ format, name }) => format === 'gemini' && !name.includes('.'));
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}
