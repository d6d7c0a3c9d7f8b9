import { asList, asNumber, asObject, asString, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import { FrameCutter, type Grammar, type StreamJudge } from '../grammar.ts';
import { parseJson } from '../parse-body.ts';

/** The grammar of Anthropic's answers. */
export const MESSAGES_GRAMMAR: Grammar = {
  createStreamJudge: () => new MessagesStreamJudge(),
  judgeAnswer(body) {
    const message = asObject(parseJson(body));
    if (message === undefined) return ['the body is no JSON object'];
    const content = objectsIn(message['content']);
    return [
      ...judgeMessage(message),
      ...(typeof message['stop_reason'] === 'string' ? [] : ['stop_reason must be a string']),
      ...content.flatMap((block, at) => judgeWholeBlock(block, `content[${at}]`)),
      ...(content.length === asList(message['content']).length ? [] : ['content holds what is no block']),
    ];
  },
};

/** Which delta types each kind of block takes; kinds not named take none. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
  server_tool_use: ['input_json_delta'],
};

type State = 'before' | 'between' | 'in-block' | 'after-delta' | 'ended';

class MessagesStreamJudge implements StreamJudge {
  readonly #cutter = new FrameCutter();
  readonly #violations: string[] = [];
  #state: State = 'before';
  #next = 0;
  #kind = '';
  #input = '';
  #isSigned = false;
  #brokenInput = false;

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
    const match = /^event: ([a-z_]+)\ndata: ([^\n]+)$/.exec(frame);
    const data = asObject(parseJson(match?.[2] ?? ''));
    if (match === null || data === undefined) this.#report(`not a frame: ${frame.slice(0, 80)}`);
    else if (data['type'] !== match[1]) this.#report(`event ${match[1] ?? ''} holds another type`);
    else this.#judgeEvent(data);
  }

  #judgeEvent(data: JsonObject): void {
    const type = asString(data['type']) ?? '';
    if (this.#state === 'ended') this.#report(`${type} after the end`);
    switch (type) {
      case 'ping':
        return;
      case 'error':
        this.#state = 'ended';
        return;
      case 'message_start':
        this.#expect(type, 'before');
        this.#state = 'between';
        this.#violations.push(...judgeMessage(asObject(data['message']) ?? {}));
        return;
      case 'content_block_start':
        this.#startBlock(data);
        return;
      case 'content_block_delta':
        this.#judgeDelta(data);
        return;
      case 'content_block_stop':
        this.#stopBlock(data);
        return;
      case 'message_delta':
        this.#judgeMessageDelta(data);
        return;
      case 'message_stop':
        this.#expect(type, 'after-delta');
        this.#state = 'ended';
        return;
      default:
        this.#report(`unknown event ${type}`);
    }
  }

  #expect(type: string, ...states: State[]): void {
    if (!states.includes(this.#state)) this.#report(`${type} in state ${this.#state}`);
  }

  #startBlock(data: JsonObject): void {
    this.#expect('content_block_start', 'between');
    this.#state = 'in-block';
    this.#judgeIndex(data);
    const block = asObject(data['content_block']) ?? {};
    this.#kind = asString(block['type']) ?? '';
    this.#input = '';
    this.#isSigned = false;
    if (this.#kind === 'text' && block['text'] !== '') this.#report('a text block must start empty');
    if (this.#kind === 'thinking' && block['thinking'] !== '')
      this.#report('a thinking block must start empty');
    if (this.#kind === 'tool_use') this.#violations.push(...judgeCall(block, 'tool_use'));
  }

  #judgeDelta(data: JsonObject): void {
    this.#expect('content_block_delta', 'in-block');
    this.#judgeIndex(data);
    const delta = asObject(data['delta']) ?? {};
    const type = asString(delta['type']) ?? '';
    if (DELTAS[this.#kind]?.includes(type) !== true) this.#report(`${type} in a block of kind ${this.#kind}`);
    if (this.#isSigned) this.#report('a delta after the signature');
    if (type === 'signature_delta') this.#isSigned = true;
    if (type === 'input_json_delta') this.#input += asString(delta['partial_json']) ?? '';
  }

  #stopBlock(data: JsonObject): void {
    this.#expect('content_block_stop', 'in-block');
    this.#judgeIndex(data);
    this.#state = 'between';
    this.#next += 1;
    const isCall = this.#kind === 'tool_use' || this.#kind === 'server_tool_use';
    if (isCall && this.#input !== '' && asObject(parseJson(this.#input)) === undefined)
      this.#brokenInput = true;
  }

  #judgeIndex(data: JsonObject): void {
    if (data['index'] !== this.#next)
      this.#report(`index ${JSON.stringify(data['index'])} instead of ${this.#next}`);
  }

  #judgeMessageDelta(data: JsonObject): void {
    this.#expect('message_delta', 'between', 'after-delta');
    this.#state = 'after-delta';
    const reason = asObject(data['delta'])?.['stop_reason'];
    if (typeof reason !== 'string') this.#report('message_delta without stop_reason');
    if (this.#brokenInput && reason !== 'max_tokens') this.#report('the input of a call is no JSON object');
    if (asNumber(asObject(data['usage'])?.['output_tokens']) === undefined)
      this.#report('message_delta without usage.output_tokens');
  }
}

function judgeMessage(message: JsonObject): string[] {
  const usage = asObject(message['usage']);
  const complaints = [
    typeof message['id'] === 'string' && message['id'].startsWith('msg_') ? '' : 'id must begin with msg_',
    message['type'] === 'message' ? '' : 'type must be message',
    message['role'] === 'assistant' ? '' : 'role must be assistant',
    typeof message['model'] === 'string' ? '' : 'model must be a string',
    Array.isArray(message['content']) ? '' : 'content must be a list',
    'stop_reason' in message && 'stop_sequence' in message
      ? ''
      : 'stop_reason and stop_sequence must be present',
    asNumber(usage?.['input_tokens']) === undefined ? 'usage.input_tokens must be a number' : '',
    asNumber(usage?.['output_tokens']) === undefined ? 'usage.output_tokens must be a number' : '',
  ];
  return complaints.filter((complaint) => complaint !== '');
}

function judgeWholeBlock(block: JsonObject, path: string): string[] {
  switch (block['type']) {
    case 'text':
      return typeof block['text'] === 'string' && block['text'] !== '' ? [] : [`${path}: empty text`];
    case 'thinking':
      return typeof block['thinking'] === 'string' && typeof block['signature'] === 'string'
        ? []
        : [`${path}: thinking and signature must be strings`];
    case 'tool_use':
      return judgeCall(block, path);
    default:
      return typeof block['type'] === 'string' ? [] : [`${path}: a block without type`];
  }
}

function judgeCall(block: JsonObject, path: string): string[] {
  const id = asString(block['id']) ?? '';
  return [
    ...(/^[a-zA-Z0-9_-]+$/.test(id) ? [] : [`${path}: id ${id} does not match the pattern`]),
    ...(typeof block['name'] === 'string' && block['name'] !== '' ? [] : [`${path}: name is missing`]),
    ...(asObject(block['input']) === undefined ? [`${path}: input must be an object`] : []),
  ];
}
