/** The OpenAI Responses side of the scripted upstream: text and function calls, no hosted tools. */
import type { Conversation } from './agent-brain.ts';
import { textIn } from './agent-brain.ts';
import type { Answered } from './anthropic-script.ts';
import { fragments } from './anthropic-script.ts';
import type { JsonObject } from './recorded-request.ts';
import { asList, asObject } from './recorded-request.ts';
import { sseEvent } from './reply.ts';

export function readResponses(body: JsonObject): Conversation {
  const items = asList(body['input']).map(asObject);
  const results = items
    .filter((item) => String(item['type']).endsWith('_call_output'))
    .map((item) => textIn(item['output']));
  const callsMade = items.filter((item) => String(item['type']).endsWith('_call')).length;
  const tools = asList(body['tools'])
    .map(asObject)
    .filter((tool) => tool['type'] === 'function')
    .map((tool) => ({ name: String(tool['name']), schema: asObject(tool['parameters']) }));
  return { tools, results, callsMade };
}

function itemOf({ id, saying }: Answered): JsonObject {
  if (saying.kind === 'call') {
    return {
      type: 'function_call',
      id: `fc_${id}`,
      call_id: `call_${id}`,
      name: saying.tool,
      arguments: JSON.stringify(saying.input),
      status: 'completed',
    };
  }
  const part = { type: 'output_text', text: saying.text, annotations: [] };
  return { type: 'message', id: `item_${id}`, role: 'assistant', status: 'completed', content: [part] };
}

/** The answer as one response object. */
export function responseObject(answered: Answered): JsonObject {
  const { billed } = answered;
  return {
    id: `resp_${answered.id}`,
    object: 'response',
    created_at: 1_780_000_000,
    status: 'completed',
    model: answered.model,
    output: [itemOf(answered)],
    usage: {
      input_tokens: billed.input + billed.cacheRead,
      input_tokens_details: { cached_tokens: billed.cacheRead },
      output_tokens: billed.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: billed.input + billed.cacheRead + billed.output,
    },
  };
}

/** The answer as events from `response.created` to `response.completed`, sequence numbers included. */
export function responseEvents(answered: Answered): string[] {
  const whole = responseObject(answered);
  const begun = { ...whole, status: 'in_progress', output: [], usage: null };
  const item = itemOf(answered);
  const place = { item_id: item['id'], output_index: 0 };
  const opened =
    answered.saying.kind === 'text'
      ? { ...item, status: 'in_progress', content: [] }
      : { ...item, status: 'in_progress', arguments: '' };
  const events: [type: string, fields: JsonObject][] = [
    ['response.created', { response: begun }],
    ['response.in_progress', { response: begun }],
    ['response.output_item.added', { output_index: 0, item: opened }],
    ...contentEvents(answered, place),
    ['response.output_item.done', { output_index: 0, item }],
    ['response.completed', { response: whole }],
  ];
  return events.map(([type, fields], sequence) =>
    sseEvent({ type, sequence_number: sequence, ...fields }, type),
  );
}

function contentEvents({ saying }: Answered, place: JsonObject): [string, JsonObject][] {
  if (saying.kind === 'call') {
    const text = JSON.stringify(saying.input);
    return [
      ...fragments(text).map((delta): [string, JsonObject] => [
        'response.function_call_arguments.delta',
        { ...place, delta },
      ]),
      ['response.function_call_arguments.done', { ...place, arguments: text }],
    ];
  }
  const at = { ...place, content_index: 0 };
  const part = { type: 'output_text', text: saying.text, annotations: [] };
  return [
    ['response.content_part.added', { ...at, part: { ...part, text: '' } }],
    ...fragments(saying.text).map((delta): [string, JsonObject] => [
      'response.output_text.delta',
      { ...at, delta },
    ]),
    ['response.output_text.done', { ...at, text: saying.text }],
    ['response.content_part.done', { ...at, part }],
  ];
}
