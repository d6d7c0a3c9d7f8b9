import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ServerTool } from '../../domain/tool.ts';
import { WarningList } from '../../domain/warning.ts';
import type { EncodedRequest, TranslationTarget } from '../codec.ts';
import { clampOutput } from '../passes/clamp-output.ts';
import { requestHeaders } from '../request-headers.ts';
import { estimatePrompt } from '../passes/estimate-prompt.ts';
import { mapToolNames } from '../passes/map-tool-names.ts';
import { prepareMessages } from '../passes/prepare-messages.ts';
import { selectTools } from '../passes/select-tools.ts';
import { warnOfExtras } from '../passes/warn-of-extras.ts';
import { encodeInput } from './encode-input.ts';
import { encodeReasoningRequest } from './encode-reasoning.ts';
import { encodeTools } from './encode-tools.ts';
import { type EncodeScope, warnOfCache } from './parts/content.ts';

const HANDLED = new Set(['service_tier', 'verbosity']);

/** OpenAI refuses smaller limits. */
const LEAST_OUTPUT = 16;

/** @throws GatewayError `capability_rejected` for what the target cannot do and must not pretend */
export function encodeRequest(conversation: Conversation, target: TranslationTarget): EncodedRequest {
  const warnings = new WarningList();
  const scope: EncodeScope = { target, warnings };
  const { quirks } = target;
  warnOfExtras(conversation, 'openai-responses', HANDLED, warnings);
  const runsServerTool = (tool: ServerTool): boolean => runsHere(tool, target);
  const tools = selectTools(conversation, { runsServerTool, defers: false }, warnings);
  const names = mapToolNames(tools, { limit: quirks.toolNameLimit, wrapCustom: !quirks.customTools });
  const prepared = prepareMessages(conversation, target, warnings);
  const body: JsonObject = {
    model: target.model,
    ...encodeInstructions(prepared.system, scope),
    input: encodeInput(prepared.messages, names, scope),
    ...encodeTools(conversation, tools, names, scope),
    ...encodeReasoningRequest(conversation.reasoning, quirks.effort, warnings),
    ...encodeText(conversation, scope),
    ...encodeLimit(conversation, scope),
    ...encodeSampling(conversation, scope),
    ...encodeEndUser(conversation, scope),
    // Sealed reasoning travels with the conversation, since the gateway asks providers to store nothing. Models that
    // do not reason refuse to be asked for it.
    ...(quirks.effort.kind === 'none' ? {} : { include: ['reasoning.encrypted_content'] }),
    store: false,
    ...(conversation.stream ? { stream: true } : {}),
    ...ownExtras(conversation),
  };
  if (conversation.stopSequences.length > 0)
    warnings.add('stop_dropped', 'stop_sequences', 'The provider takes no stop sequences.');
  return {
    body: Buffer.from(JSON.stringify(body), 'utf8'),
    headers: requestHeaders(conversation.stream),
    warnings: warnings.list,
    toolNames: names,
  };
}

function runsHere(tool: ServerTool, { quirks, emulateWebSearch }: TranslationTarget): boolean {
  if (tool.vendor.format === 'openai-responses') return true;
  return tool.kind === 'web-search' && (quirks.webSearch !== 'none' || emulateWebSearch);
}

function encodeInstructions(system: Conversation['system'], scope: EncodeScope): JsonObject {
  for (const { cache } of system) warnOfCache(cache, scope);
  return system.length === 0 ? {} : { instructions: system.map((part) => part.text).join('\n\n') };
}

function encodeText(conversation: Conversation, { target, warnings }: EncodeScope): JsonObject {
  const format = conversation.responseFormat;
  const verbosity = conversation.extras.find(({ name }) => name === 'verbosity')?.value;
  const text: JsonObject = verbosity === undefined ? {} : { verbosity };
  if (format?.type === 'json-schema' && target.quirks.responseSchema) {
    const { name, description, schema, strict } = format;
    text['format'] = {
      type: 'json_schema',
      name,
      ...(description === undefined ? {} : { description }),
      schema,
      ...(strict === undefined ? {} : { strict }),
    };
  } else if (format !== undefined) {
    text['format'] = { type: 'json_object' };
    if (format.type === 'json-schema')
      warnings.add(
        'response_format_changed',
        'response_format',
        'The provider promises JSON, not the schema.',
      );
  }
  return Object.keys(text).length > 0 ? { text } : {};
}

function encodeLimit(conversation: Conversation, { target, warnings }: EncodeScope): JsonObject {
  const { quirks } = target;
  const prompt = quirks.contextTokens === undefined ? 0 : estimatePrompt(conversation);
  const limit = clampOutput(conversation.maxOutputTokens, quirks, prompt, warnings);
  if (limit === undefined) return {};
  if (limit < LEAST_OUTPUT)
    warnings.add('limit_clamped', 'max_tokens', `Raised to ${LEAST_OUTPUT}, the least the provider takes.`);
  return { max_output_tokens: Math.max(LEAST_OUTPUT, limit) };
}

function encodeSampling(conversation: Conversation, { target, warnings }: EncodeScope): JsonObject {
  const { temperature, topP, ...others } = conversation.sampling;
  const isTaken = target.quirks.sampling;
  const refused = isTaken ? others : { ...others, ...conversation.sampling };
  for (const name of Object.keys(refused))
    warnings.add('sampling_dropped', name, `The provider does not take ${name}.`);
  return isTaken ? { temperature, top_p: topP } : {};
}

/** Hashed, so that nothing of the person leaves and every provider's pattern for ids is met. */
function encodeEndUser({ endUser }: Conversation, { target }: EncodeScope): JsonObject {
  const { userField, promptCacheKey } = target.quirks;
  const user = userField === 'none' || endUser?.id === undefined ? {} : { [userField]: hash(endUser.id) };
  const session = promptCacheKey ? endUser?.session : undefined;
  return session === undefined ? user : { ...user, prompt_cache_key: hash(session).slice(0, 32) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function ownExtras(conversation: Conversation): JsonObject {
  const own = conversation.extras.filter(
    ({ format, name }) => format === 'openai-responses' && !name.includes('.') && name !== 'verbosity',
  );
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}
