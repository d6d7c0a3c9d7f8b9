import { asNumber, asObject, asString, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import { FrameCutter, type Grammar, type StreamJudge } from '../grammar.ts';
import { parseJson } from '../parse-body.ts';

/** The grammar of Chat answers, in the canonical form of OpenAI. */
export const CHAT_GRAMMAR: Grammar = {
  createStreamJudge: () => new ChatStreamJudge(),
  judgeAnswer(body) {
    const wire = asObject(parseJson(body));
    if (wire === undefined) return ['the body is no JSON object'];
    return [...judgeHead(wire, 'chat.completion'), ...judgeChoice(wire), ...judgeUsage(wire['usage'])];
  },
};

const FINISH_REASONS = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);
const HEAD = ['id', 'created', 'model'] as const;

type State = 'before' | 'open' | 'finished' | 'counted' | 'ended';

class ChatStreamJudge implements StreamJudge {
  readonly #cutter = new FrameCutter();
  readonly #violations: string[] = [];
  readonly #inputs: string[] = [];
  #state: State = 'before';
  #head: JsonObject | undefined;
  #reason = '';

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
    if (this.#state === 'ended') this.#report('a frame after the end');
    if (!frame.startsWith('data: ') || frame.includes('\n'))
      this.#report(`not a frame: ${frame.slice(0, 80)}`);
    const data = frame.slice('data: '.length);
    if (data === '[DONE]') {
      if (this.#state !== 'finished' && this.#state !== 'counted')
        this.#report(`[DONE] in state ${this.#state}`);
      this.#state = 'ended';
      return;
    }
    const chunk = asObject(parseJson(data));
    if (chunk === undefined) this.#report(`no JSON object: ${data.slice(0, 80)}`);
    else if (chunk['error'] !== undefined) this.#state = 'ended';
    else this.#judgeChunk(chunk);
  }

  #judgeChunk(chunk: JsonObject): void {
    this.#violations.push(...judgeHead(chunk, 'chat.completion.chunk'));
    this.#head ??= chunk;
    for (const name of HEAD)
      if (chunk[name] !== this.#head[name]) this.#report(`${name} changed in mid-stream`);
    const choices = objectsIn(chunk['choices']);
    if (choices.length === 0) {
      this.#violations.push(...judgeUsage(chunk['usage']));
      if (this.#state !== 'finished') this.#report(`usage in state ${this.#state}`);
      this.#state = 'counted';
    }
    for (const choice of choices) this.#judgeChoice(choice);
  }

  #judgeChoice(choice: JsonObject): void {
    if (choice['index'] !== 0) this.#report('a choice other than 0');
    const delta = asObject(choice['delta']) ?? {};
    if (this.#state === 'before' && delta['role'] !== 'assistant')
      this.#report('the first delta names no role');
    if (this.#state === 'finished' || this.#state === 'counted') this.#report('a delta after the finish');
    this.#state = 'open';
    for (const call of objectsIn(delta['tool_calls'])) this.#judgeCall(call);
    for (const name of ['content', 'refusal', 'reasoning_content', 'reasoning'])
      if (delta[name] !== undefined && delta[name] !== null && typeof delta[name] !== 'string')
        this.#report(`${name} must be a string`);
    if (choice['finish_reason'] === null) return;
    this.#reason = asString(choice['finish_reason']) ?? '';
    if (!FINISH_REASONS.has(this.#reason)) this.#report(`unknown finish_reason ${this.#reason}`);
    this.#state = 'finished';
    this.#judgeInputs();
  }

  #judgeCall(call: JsonObject): void {
    const index = asNumber(call['index']) ?? -1;
    const custom = asObject(call['custom']);
    const named = custom ?? asObject(call['function']) ?? {};
    const text = asString(named[custom === undefined ? 'arguments' : 'input']) ?? '';
    if (index === this.#inputs.length) {
      if (!asString(call['id']) || !asString(named['name']))
        this.#report(`call ${index} starts without id or name`);
      this.#inputs.push(custom === undefined ? text : '{}');
    } else if (index === this.#inputs.length - 1) {
      if (call['id'] !== undefined || named['name'] !== undefined)
        this.#report(`call ${index} is named twice`);
      if (custom === undefined) this.#inputs[index] += text;
    } else this.#report(`call index ${index} out of order`);
  }

  #judgeInputs(): void {
    const broken = this.#inputs.some((input) => asObject(parseJson(input)) === undefined);
    if (broken && this.#reason !== 'length') this.#report('the arguments of a call are no JSON object');
    if (this.#reason === 'tool_calls' && this.#inputs.length === 0) this.#report('tool_calls without a call');
  }
}

function judgeHead(wire: JsonObject, object: string): string[] {
  return [
    ...(asString(wire['id']) ? [] : ['id is missing']),
    ...(wire['object'] === object ? [] : [`object must be ${object}`]),
    ...(typeof wire['created'] === 'number' ? [] : ['created must be a number']),
    ...(typeof wire['model'] === 'string' ? [] : ['model must be a string']),
    ...(Array.isArray(wire['choices']) ? [] : ['choices must be a list']),
  ];
}

function judgeChoice(wire: JsonObject): string[] {
  const choice = objectsIn(wire['choices'])[0] ?? {};
  const message = asObject(choice['message']) ?? {};
  const calls = objectsIn(message['tool_calls']);
  return [
    ...(message['role'] === 'assistant' ? [] : ['role must be assistant']),
    ...('content' in message ? [] : ['content is missing']),
    ...(FINISH_REASONS.has(asString(choice['finish_reason']) ?? '') ? [] : ['finish_reason is missing']),
    ...calls.flatMap((call) => judgeWholeCall(call)),
  ];
}

function judgeWholeCall(call: JsonObject): string[] {
  if (call['type'] === 'custom') return [];
  const named = asObject(call['function']);
  const isWhole = asObject(parseJson(asString(named?.['arguments']) ?? '')) !== undefined;
  return isWhole && asString(call['id']) && asString(named?.['name'])
    ? []
    : ['a call lacks id, name or arguments'];
}

function judgeUsage(value: JsonObject[string]): string[] {
  const usage = asObject(value);
  const missing = ['prompt_tokens', 'completion_tokens', 'total_tokens'].filter(
    (name) => typeof usage?.[name] !== 'number',
  );
  return missing.map((name) => `usage.${name} must be a number`);
}
