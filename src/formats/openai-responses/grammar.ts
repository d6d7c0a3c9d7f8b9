import { asList, asNumber, asObject, asString, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import { FrameCutter, type Grammar, type StreamJudge } from '../grammar.ts';
import { parseJson } from '../parse-body.ts';

/** The grammar of Responses answers, with what Codex is strict about. */
export const RESPONSES_GRAMMAR: Grammar = {
  createStreamJudge: () => new ResponsesStreamJudge(),
  judgeAnswer(body) {
    const response = asObject(parseJson(body));
    return response === undefined ? ['the body is no JSON object'] : judgeResponse(response);
  },
};

const TERMINAL: Readonly<Record<string, string>> = {
  'response.completed': 'completed',
  'response.incomplete': 'incomplete',
  'response.failed': 'failed',
};

type State = 'before' | 'created' | 'open' | 'ended';

/** One item under way: what its deltas said so far, per part. */
interface OpenItem {
  readonly type: string;
  readonly id: string;
  readonly parts: string[];
  /** The part whose deltas are due. */
  open: number | undefined;
  isTold: boolean;
}

class ResponsesStreamJudge implements StreamJudge {
  readonly #cutter = new FrameCutter();
  readonly #violations: string[] = [];
  readonly #done: JsonObject[] = [];
  #state: State = 'before';
  #sequence = 0;
  #id = '';
  #item: OpenItem | undefined;

  push(text: string): void {
    for (const frame of this.#cutter.push(text)) this.#judgeFrame(frame);
  }

  end(): readonly string[] {
    if (this.#cutter.rest !== '') this.#report('bytes after the last blank line');
    if (this.#state !== 'ended') this.#report(`the stream ends in state ${this.#state}`);
    return this.#violations;
  }

  #report(violation: string): void {
    this.#violations.push(violation);
  }

  #judgeFrame(frame: string): void {
    if (frame.startsWith(':')) return;
    const match = /^event: ([a-z_.]+)\ndata: ([^\n]+)$/.exec(frame);
    const data = asObject(parseJson(match?.[2] ?? ''));
    if (match === null || data === undefined) {
      this.#report(`not a frame: ${frame.slice(0, 80)}`);
      return;
    }
    const type = asString(data['type']) ?? '';
    if (type !== match[1]) this.#report(`event ${match[1] ?? ''} holds the type ${type}`);
    if (this.#state === 'ended') this.#report(`${type} after the end`);
    if (data['sequence_number'] !== this.#sequence) this.#report(`${type} is not numbered ${this.#sequence}`);
    this.#sequence += 1;
    if (type === 'keepalive') return;
    this.#judgeEvent(type, data);
  }

  #judgeEvent(type: string, data: JsonObject): void {
    if (type === 'response.created') this.#judgeCreated(data);
    else if (this.#state === 'before') this.#report(`${type} before response.created`);
    else if (type === 'response.in_progress') this.#state = 'open';
    else if (type === 'error') this.#judgeError(data);
    else if (Object.hasOwn(TERMINAL, type)) this.#judgeEnd(type, asObject(data['response']) ?? {});
    else if (type === 'response.output_item.added') this.#addItem(data);
    else if (type === 'response.output_item.done') this.#endItem(data);
    else this.#judgeItemEvent(type, data);
  }

  #judgeCreated(data: JsonObject): void {
    if (this.#state !== 'before') this.#report('response.created twice');
    this.#state = 'created';
    const response = asObject(data['response']) ?? {};
    this.#id = asString(response['id']) ?? '';
    if (!this.#id.startsWith('resp_')) this.#report('the id must begin with resp_');
    if (response['status'] !== 'in_progress') this.#report('a response begins in_progress');
  }

  #judgeError(data: JsonObject): void {
    if (typeof data['message'] !== 'string') this.#report('an error without a message');
    // What was under way stays unfinished.
    this.#item = undefined;
  }

  #addItem(data: JsonObject): void {
    if (this.#state !== 'open') this.#report(`an item in state ${this.#state}`);
    if (this.#item !== undefined) this.#report('an item inside an item');
    const item = asObject(data['item']) ?? {};
    if (data['output_index'] !== this.#done.length) this.#report(`output_index is not ${this.#done.length}`);
    this.#item = {
      type: asString(item['type']) ?? '',
      id: asString(item['id']) ?? '',
      parts: [],
      open: undefined,
      isTold: false,
    };
    if (this.#item.id === '') this.#report('an item without id');
  }

  #judgeItemEvent(type: string, data: JsonObject): void {
    const item = this.#item;
    if (item === undefined || data['item_id'] !== item.id || data['output_index'] !== this.#done.length) {
      this.#report(`${type} does not belong to the open item`);
      return;
    }
    if (type === 'response.content_part.added' || type === 'response.reasoning_summary_part.added')
      this.#startPart(item, type, data);
    else if (type.endsWith('.delta')) this.#judgeDelta(item, type, data);
    else if (type === 'response.output_text.annotation.added') {
      if (item.open === undefined) this.#report('an annotation outside a part');
    } else if (type.endsWith('.done')) this.#judgeDone(item, type, data);
    else this.#report(`unknown event ${type}`);
  }

  #startPart(item: OpenItem, type: string, data: JsonObject): void {
    const index = asNumber(data['content_index']) ?? asNumber(data['summary_index']);
    if (item.open !== undefined) this.#report(`${type} inside a part`);
    if (index !== item.parts.length) this.#report(`${type} is not numbered ${item.parts.length}`);
    item.open = item.parts.length;
    item.parts.push('');
  }

  #judgeDelta(item: OpenItem, type: string, data: JsonObject): void {
    const text = asString(data['delta']) ?? '';
    if (text === '') this.#report(`${type} is empty`);
    if (DELTAS[type] !== item.type) this.#report(`${type} in an item of type ${item.type}`);
    const isInput = item.type.endsWith('_call');
    if (isInput && item.open === undefined) {
      item.open = 0;
      item.parts.push('');
    }
    if (item.open === undefined) this.#report(`${type} outside a part`);
    else item.parts[item.open] += text;
  }

  #judgeDone(item: OpenItem, type: string, data: JsonObject): void {
    if (type === 'response.content_part.done' || type === 'response.reasoning_summary_part.done') {
      item.open = undefined;
      return;
    }
    const whole = data['text'] ?? data['refusal'] ?? data['arguments'] ?? data['input'];
    if (whole !== (item.parts.at(-1) ?? '')) this.#report(`${type} tells another text than its deltas`);
    item.isTold = true;
  }

  #endItem(data: JsonObject): void {
    const item = asObject(data['item']) ?? {};
    const open = this.#item;
    if (open === undefined || item['id'] !== open.id || item['type'] !== open.type)
      this.#report('output_item.done of an item that is not open');
    if (data['output_index'] !== this.#done.length) this.#report(`output_index is not ${this.#done.length}`);
    if (open?.open !== undefined && !open.type.endsWith('_call')) this.#report('an item ends inside a part');
    if (open !== undefined && textOf(item) !== open.parts.join('') && isTold(item))
      this.#report('output_item.done tells another text than the deltas');
    this.#violations.push(...judgeItem(item));
    this.#done.push(item);
    this.#item = undefined;
  }

  #judgeEnd(type: string, response: JsonObject): void {
    if (this.#item !== undefined && type !== 'response.failed') this.#report(`${type} inside an item`);
    if (response['status'] !== TERMINAL[type]) this.#report(`${type} has another status`);
    if (response['id'] !== this.#id) this.#report('the id changed');
    if (JSON.stringify(response['output']) !== JSON.stringify(this.#done))
      this.#report(`the output of ${type} is not the items told`);
    this.#violations.push(...judgeResponse(response));
    this.#state = 'ended';
  }
}

const DELTAS: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'message',
  'response.refusal.delta': 'message',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'function_call',
  'response.custom_tool_call_input.delta': 'custom_tool_call',
};

/** Kinds of items whose text is told by deltas. */
function isTold(item: JsonObject): boolean {
  return Object.values(DELTAS).includes(asString(item['type']) ?? '');
}

function textOf(item: JsonObject): string {
  const parts = [...objectsIn(item['content']), ...objectsIn(item['summary'])];
  const texts = parts.map((part) => asString(part['text']) ?? asString(part['refusal']) ?? '');
  return texts.join('') + (asString(item['arguments']) ?? asString(item['input']) ?? '');
}

const STATUSES = new Set(['completed', 'incomplete', 'failed']);

function judgeResponse(response: JsonObject): string[] {
  const output = objectsIn(response['output']);
  const isCut = response['status'] !== 'completed';
  const complaints = [
    typeof response['id'] === 'string' ? '' : 'id is missing',
    response['object'] === 'response' ? '' : 'object must be response',
    typeof response['created_at'] === 'number' ? '' : 'created_at must be a number',
    typeof response['model'] === 'string' ? '' : 'model must be a string',
    STATUSES.has(asString(response['status']) ?? '') ? '' : 'status is missing',
    Array.isArray(response['output']) ? '' : 'output must be a list',
    output.length === asList(response['output']).length ? '' : 'output holds what is no item',
    (response['status'] === 'failed') === (asObject(response['error']) !== undefined)
      ? ''
      : 'error does not fit status',
    (response['status'] === 'incomplete') === (asObject(response['incomplete_details']) !== undefined)
      ? ''
      : 'incomplete_details does not fit status',
  ];
  const broken = output.filter((item) => item['type'] === 'function_call' && !isCut && !hasArguments(item));
  return [
    ...complaints.filter((complaint) => complaint !== ''),
    ...output.flatMap(judgeItem),
    ...broken.map(() => 'arguments must be the text of a JSON object'),
    ...judgeUsage(asObject(response['usage'])),
  ];
}

function hasArguments(item: JsonObject): boolean {
  return asObject(parseJson(asString(item['arguments']) ?? '')) !== undefined;
}

function judgeItem(item: JsonObject): string[] {
  const type = asString(item['type']) ?? '';
  const isCall = type.endsWith('_call') && 'call_id' in item;
  return [
    ...(type === '' ? ['an item without type'] : []),
    ...(typeof item['id'] === 'string' ? [] : [`${type}: id is missing`]),
    ...(type === 'reasoning' && !Array.isArray(item['summary']) ? ['reasoning: summary must be a list'] : []),
    ...(type === 'message' && item['status'] !== 'completed' ? ['message: status must be completed'] : []),
    ...(isCall && !asString(item['call_id']) ? [`${type}: call_id is missing`] : []),
    ...(type === 'function_call' && !asString(item['name']) ? ['function_call: name is missing'] : []),
  ];
}

/** Codex refuses a usage that lacks any of these. */
function judgeUsage(usage: JsonObject | undefined): string[] {
  const counts: readonly (readonly [string, unknown])[] = [
    ['input_tokens', usage?.['input_tokens']],
    ['output_tokens', usage?.['output_tokens']],
    ['total_tokens', usage?.['total_tokens']],
    ['input_tokens_details.cached_tokens', asObject(usage?.['input_tokens_details'])?.['cached_tokens']],
    [
      'output_tokens_details.reasoning_tokens',
      asObject(usage?.['output_tokens_details'])?.['reasoning_tokens'],
    ],
  ];
  return counts
    .filter(([, count]) => typeof count !== 'number')
    .map(([name]) => `usage.${name} must be a number`);
}
