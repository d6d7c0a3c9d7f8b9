import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Conversation } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ClaudeAbilities } from '../../domain/target-quirks.ts';
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
import { encodeMessages } from './encode-messages.ts';
import { encodeSampling } from './encode-sampling.ts';
import { planThinking } from './encode-thinking.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';
import { abilitiesOf } from './model-abilities.ts';
import { encodeText } from './parts/text.ts';
import { injectCacheMarks, limitCacheMarks } from './place-cache-marks.ts';

const HANDLED = new Set(['service_tier', 'verbosity']);

/** The version that the most third parties take; newer ones only forbid more. */
const API_VERSION = ['anthropic-version', '2023-06-01'];

/** Longest `metadata.user_id`, in characters. */
const USER_ID_LIMIT = 256;

/** @throws GatewayError `capability_rejected` for what the target cannot do and must not pretend */
export function encodeRequest(conversation: Conversation, target: TranslationTarget): EncodedRequest {
  const warnings = new WarningList();
  const { quirks } = target;
  const abilities = abilitiesOf(target.model, quirks.claude);
  warnOfExtras(conversation, 'anthropic-messages', HANDLED, warnings);
  const runsServerTool = (tool: ServerTool): boolean => runsAtAnthropic(tool, target);
  const selected = selectTools(conversation, { runsServerTool, defers: true }, warnings);
  const names = mapToolNames(selected, { limit: quirks.toolNameLimit, wrapCustom: true });
  const prepared = prepareMessages(conversation, withPolicy(target, abilities), warnings);
  const messages = encodeMessages(prepared.messages, names, warnings);
  const system = [...prepared.system.map(encodeText), ...jsonHint(conversation, warnings)];
  const tools = encodeTools(conversation, selected, names);
  if (quirks.injectCache) injectCacheMarks({ tools, system, messages });
  limitCacheMarks({ tools, system, messages }, warnings);
  const maxTokens = outputLimit(conversation, target, { abilities, warnings });
  const plan = planThinking(conversation, prepared.messages, { abilities, maxTokens, warnings });
  const isThinking = plan.thinking !== undefined && plan.thinking['type'] !== 'disabled';
  const choice = encodeToolChoice(conversation, names, {
    forced: abilities.forcedToolChoice && !isThinking,
    warnings,
  });
  const body: JsonObject = {
    model: target.model,
    max_tokens: plan.maxTokens,
    ...(system.length > 0 ? { system } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    ...(tools.length > 0 && choice !== undefined ? { tool_choice: choice } : {}),
    messages,
    ...(plan.thinking === undefined ? {} : { thinking: plan.thinking }),
    ...outputConfig(conversation, plan.effort),
    ...encodeSampling(conversation, { abilities, isThinking, warnings }),
    ...stopSequences(conversation, warnings),
    ...metadata(conversation, target),
    ...(conversation.stream ? { stream: true } : {}),
    ...ownExtras(conversation),
  };
  return {
    body: Buffer.from(JSON.stringify(body), 'utf8'),
    headers: requestHeaders(conversation.stream, API_VERSION),
    warnings: warnings.list,
    toolNames: names,
  };
}

/** Tools of its own kind, and searches of other formats, which it knows under another name. */
function runsAtAnthropic(tool: ServerTool, target: TranslationTarget): boolean {
  if (tool.vendor.format === 'anthropic-messages') return true;
  return tool.kind === 'web-search' && target.quirks.webSearch === 'anthropic_tool';
}

function withPolicy(target: TranslationTarget, abilities: ClaudeAbilities): TranslationTarget {
  if (abilities.midSystem || target.quirks.midSystem !== 'in-place') return target;
  return { ...target, quirks: { ...target.quirks, midSystem: 'user' } };
}

function jsonHint(conversation: Conversation, warnings: WarningList): JsonObject[] {
  if (conversation.responseFormat?.type !== 'json') return [];
  warnings.add('response_format_changed', 'response_format', 'JSON is asked for in words, not enforced.');
  return [{ type: 'text', text: 'Answer with one JSON object and nothing else.' }];
}

function outputLimit(
  conversation: Conversation,
  { model, quirks }: TranslationTarget,
  { abilities, warnings }: { readonly abilities: ClaudeAbilities; readonly warnings: WarningList },
): number {
  // What models of others give is not known from their name: their default is a guess, their limit none.
  const known = model.toLowerCase().includes('claude') ? abilities.maxOutput : undefined;
  const outputTokens = quirks.outputTokens ?? known;
  const wanted = conversation.maxOutputTokens ?? outputTokens ?? abilities.maxOutput;
  const prompt = quirks.contextTokens === undefined ? 0 : estimatePrompt(conversation);
  const { contextTokens } = quirks;
  return clampOutput(wanted, { outputTokens, contextTokens }, prompt, warnings) ?? wanted;
}

function outputConfig(conversation: Conversation, effort: string | undefined): JsonObject {
  const format = conversation.responseFormat;
  const schema = format?.type === 'json-schema' ? sanitiseSchema(format.schema, 'openai') : undefined;
  const own = conversation.extras.filter(({ name }) => name.startsWith('output_config.'));
  const config: JsonObject = {
    ...(effort === undefined ? {} : { effort }),
    ...(schema === undefined ? {} : { format: { type: 'json_schema', schema } }),
    ...Object.fromEntries(own.map(({ name, value }) => [name.slice('output_config.'.length), value])),
  };
  return Object.keys(config).length > 0 ? { output_config: config } : {};
}

function stopSequences(conversation: Conversation, warnings: WarningList): JsonObject {
  const sequences = conversation.stopSequences.filter((sequence) => sequence.trim() !== '');
  if (sequences.length < conversation.stopSequences.length)
    warnings.add('stop_dropped', 'stop', 'Stop sequences of nothing but blanks are not allowed.');
  return sequences.length > 0 ? { stop_sequences: sequences } : {};
}

function metadata({ endUser }: Conversation, { quirks }: TranslationTarget): JsonObject {
  const id = endUser?.id ?? endUser?.session;
  if (quirks.userField === 'none' || id === undefined) return {};
  const fits = id.length <= USER_ID_LIMIT;
  return { metadata: { user_id: fits ? id : createHash('sha256').update(id).digest('hex') } };
}

function ownExtras(conversation: Conversation): JsonObject {
  const own = conversation.extras.filter(
    ({ format, name }) => format === 'anthropic-messages' && !name.includes('.'),
  );
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}
