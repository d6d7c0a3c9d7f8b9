import { createHash } from 'node:crypto';
import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ServerTool } from '../../domain/tool.ts';
import { WarningList } from '../../domain/warning.ts';
import type { EncodedRequest, TranslationTarget } from '../codec.ts';
import { alternateStrictly } from '../passes/alternate-strictly.ts';
import { clampOutput } from '../passes/clamp-output.ts';
import { estimatePrompt } from '../passes/estimate-prompt.ts';
import { mapToolNames } from '../passes/map-tool-names.ts';
import { prepareMessages } from '../passes/prepare-messages.ts';
import { selectTools } from '../passes/select-tools.ts';
import { warnOfExtras } from '../passes/warn-of-extras.ts';
import { requestHeaders } from '../request-headers.ts';
import { encodeEffort } from './encode-effort.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';

/** Fields of other formats that mean nothing here and whose loss changes nothing. */
const HANDLED = new Set(['service_tier']);

/** @throws GatewayError `capability_rejected` for what the target cannot do and must not pretend */
export function encodeRequest(conversation: Conversation, target: TranslationTarget): EncodedRequest {
  const warnings = new WarningList();
  const { quirks } = target;
  warnOfExtras(conversation, 'openai-chat', HANDLED, warnings);
  const runsSearch = quirks.webSearch !== 'none' || target.emulateWebSearch;
  const runsServerTool = (tool: ServerTool): boolean => tool.kind === 'web-search' && runsSearch;
  const tools = selectTools(conversation, { runsServerTool, defers: false }, warnings);
  const names = mapToolNames(tools, { limit: quirks.toolNameLimit, wrapCustom: !quirks.customTools });
  const prepared = prepareMessages(conversation, target, warnings);
  const messages = quirks.strictAlternation
    ? alternateStrictly(prepared.messages, warnings)
    : prepared.messages;
  const scope = { target, warnings };
  const body: JsonObject = {
    model: target.model,
    messages: encodeMessages({ system: prepared.system, messages }, names, scope),
    ...encodeTools(conversation, tools, names, scope),
    ...encodeFormat(conversation, target, warnings),
    ...encodeLimit(conversation, target, warnings),
    ...encodeSampling(conversation, target, warnings),
    ...encodeStop(conversation, target, warnings),
    ...encodeEffort(conversation.reasoning, quirks.effort, warnings),
    ...encodeEndUser(conversation, target),
    ...encodeStream(conversation, target),
    ...ownExtras(conversation),
  };
  return {
    body: Buffer.from(JSON.stringify(body), 'utf8'),
    headers: requestHeaders(conversation.stream),
    warnings: warnings.list,
    toolNames: names,
  };
}

function encodeFormat(
  conversation: Conversation,
  target: TranslationTarget,
  warnings: WarningList,
): JsonObject {
  const format = conversation.responseFormat;
  if (format === undefined) return {};
  if (format.type === 'json') return { response_format: { type: 'json_object' } };
  if (!target.quirks.responseSchema) {
    warnings.add('response_format_changed', 'response_format', 'The provider promises JSON, not the schema.');
    return { response_format: { type: 'json_object' } };
  }
  const description = format.description === undefined ? {} : { description: format.description };
  const strict = format.strict === undefined ? {} : { strict: format.strict };
  const schema = { name: format.name, ...description, schema: format.schema, ...strict };
  return { response_format: { type: 'json_schema', json_schema: schema } };
}

function encodeLimit(
  conversation: Conversation,
  target: TranslationTarget,
  warnings: WarningList,
): JsonObject {
  const { quirks } = target;
  const prompt = quirks.contextTokens === undefined ? 0 : estimatePrompt(conversation);
  const limit = clampOutput(conversation.maxOutputTokens, quirks, prompt, warnings);
  return limit === undefined ? {} : { [quirks.maxTokensField]: limit };
}

function encodeSampling(
  conversation: Conversation,
  target: TranslationTarget,
  warnings: WarningList,
): JsonObject {
  const { topK, ...common } = conversation.sampling;
  const fields: JsonObject = {
    temperature: common.temperature,
    top_p: common.topP,
    presence_penalty: common.presencePenalty,
    frequency_penalty: common.frequencyPenalty,
    seed: common.seed,
  };
  if (topK !== undefined) {
    if (target.quirks.topK && target.quirks.sampling) fields['top_k'] = topK;
    else warnings.add('sampling_dropped', 'top_k', 'The provider does not take top_k.');
  }
  if (target.quirks.sampling) return fields;
  for (const name of Object.keys(common))
    warnings.add('sampling_dropped', name, `The model refuses ${name}.`);
  return {};
}

function encodeStop(
  conversation: Conversation,
  target: TranslationTarget,
  warnings: WarningList,
): JsonObject {
  const taken = conversation.stopSequences.slice(0, target.quirks.stopLimit);
  if (taken.length < conversation.stopSequences.length)
    warnings.add(
      'stop_dropped',
      'stop_sequences',
      `The provider takes ${target.quirks.stopLimit} stop sequences.`,
    );
  return taken.length === 0 ? {} : { stop: taken };
}

/** Hashed, so that nothing of the person leaves and every provider's pattern for ids is met. */
function encodeEndUser({ endUser }: Conversation, { quirks }: TranslationTarget): JsonObject {
  const user =
    quirks.userField === 'none' || endUser?.id === undefined ? {} : { [quirks.userField]: hash(endUser.id) };
  const key =
    !quirks.promptCacheKey || endUser?.session === undefined
      ? {}
      : { prompt_cache_key: hash(endUser.session).slice(0, 32) };
  return { ...user, ...key };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function encodeStream(conversation: Conversation, target: TranslationTarget): JsonObject {
  if (!conversation.stream) return {};
  return target.quirks.streamUsage
    ? { stream: true, stream_options: { include_usage: true } }
    : { stream: true };
}

function ownExtras(conversation: Conversation): JsonObject {
  const own = conversation.extras.filter(
    (extra) => extra.format === 'openai-chat' && !extra.name.includes('.'),
  );
  return Object.fromEntries(own.map((extra) => [extra.name, extra.value]));
}
