/** The OpenAI Chat Completions side of the scripted upstream. */
import type { Conversation } from './agent-brain.ts';
import { textIn } from './agent-brain.ts';
import type { Answered } from './anthropic-script.ts';
import { fragments } from './anthropic-script.ts';
import type { JsonObject } from './recorded-request.ts';
import { asList, asObject } from './recorded-request.ts';
import { sseEvent } from './reply.ts';

export function readChat(body: JsonObject): Conversation {
  const messages = asList(body['messages']).map(asObject);
  const results = messages
    .filter((message) => message['role'] === 'tool')
    .map((message) => textIn(message['content']));
  const callsMade = messages.flatMap((message) => asList(message['tool_calls'])).length;
  const tools = asList(body['tools'])
    .map((tool) => asObject(asObject(tool)['function']))
    .map((tool) => ({ name: String(tool['name']), schema: asObject(tool['parameters']) }));
  return { tools, results, callsMade };
}

function usageOf({ billed }: Answered): JsonObject {
  const prompt = billed.input + billed.cacheRead;
  return {
    prompt_tokens: prompt,
    completion_tokens: billed.output,
    total_tokens: prompt + billed.output,
    prompt_tokens_details: { cached_tokens: billed.cacheRead },
  };
}

function callOf({ id, saying }: Answered): JsonObject | undefined {
  if (saying.kind === 'text') return undefined;
  return {
    id: `call_${id}`,
    type: 'function',
    function: { name: saying.tool, arguments: JSON.stringify(saying.input) },
  };
}

/** The answer as one `chat.completion`. */
export function chatCompletion(answered: Answered): JsonObject {
  const call = callOf(answered);
  const content = answered.saying.kind === 'text' ? answered.saying.text : null;
  const message = { role: 'assistant', content, ...(call === undefined ? {} : { tool_calls: [call] }) };
  return {
    id: `chatcmpl-${answered.id}`,
    object: 'chat.completion',
    created: 1_780_000_000,
    model: answered.model,
    choices: [{ index: 0, message, finish_reason: call === undefined ? 'stop' : 'tool_calls' }],
    usage: usageOf(answered),
  };
}

/** The answer as chunks up to `[DONE]`; the usage chunk only where it was asked for. */
export function chatEvents(answered: Answered, includeUsage: 'usage' | 'no usage'): string[] {
  const { saying } = answered;
  const chunk = (choices: readonly JsonObject[], more: JsonObject = {}): string =>
    sseEvent({
      id: `chatcmpl-${answered.id}`,
      object: 'chat.completion.chunk',
      created: 1_780_000_000,
      model: answered.model,
      choices,
      ...more,
    });
  const delta = (content: JsonObject, finish: string | null = null): string =>
    chunk([{ index: 0, delta: content, finish_reason: finish }]);
  const pieces =
    saying.kind === 'text'
      ? fragments(saying.text).map((content) => delta({ content }))
      : [
          delta({
            tool_calls: [
              {
                index: 0,
                id: `call_${answered.id}`,
                type: 'function',
                function: { name: saying.tool, arguments: '' },
              },
            ],
          }),
          ...fragments(JSON.stringify(saying.input)).map((piece) =>
            delta({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
          ),
        ];
  return [
    delta({ role: 'assistant', content: '' }),
    ...pieces,
    delta({}, saying.kind === 'text' ? 'stop' : 'tool_calls'),
    ...(includeUsage === 'usage' ? [chunk([], { usage: usageOf(answered) })] : []),
    sseEvent('[DONE]'),
  ];
}
