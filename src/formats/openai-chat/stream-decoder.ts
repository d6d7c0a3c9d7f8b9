import type { Buffer } from 'node:buffer';
import type { AnswerFailure } from '../../domain/answer.ts';
import { asList, asObject, asString, asText, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { StreamPart } from '../../domain/stream-part.ts';
import { UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import { type Warning, WarningList } from '../../domain/warning.ts';
import { SseParser } from '../../lib/sse-parser.ts';
import { BlockWriter } from '../block-writer.ts';
import type { AnswerContext, StreamDecoder } from '../codec.ts';
import { truncated, unreadable } from '../failures.ts';
import { parseJson } from '../parse-body.ts';
import { readAnnotation } from './annotations.ts';
import { CallWriter } from './call-writer.ts';
import { readCall } from './read-call.ts';
import { readFailure } from './read-failure.ts';
import { foldChatUsage } from './usage.ts';
import { ReasoningReader } from './reasoning-reader.ts';
import { isFailure, readStop } from './stop-reason.ts';

/** A chunk larger than this is a defect: a whole image in base64 fits. */
const FRAME_LIMIT = 32 * 1024 * 1024;

/** Text or reasoning that came after tool calls; it is told after them. */
interface LatePart {
  readonly kind: 'text' | 'refusal' | 'reasoning';
  text: string;
}

/**
 * Reads a Chat stream of any known accent. Blocks are made here, since the format has none: each change between
 * reasoning, text and calls closes one and opens the next. The finish waits for usage, which may come after it.
 */
export class ChatStreamDecoder implements StreamDecoder {
  readonly #parser = new SseParser(FRAME_LIMIT);
  readonly #blocks = new BlockWriter();
  readonly #calls: CallWriter;
  readonly #reasoning: ReasoningReader;
  readonly #context: AnswerContext;
  readonly #warnings = new WarningList();
  readonly #late: LatePart[] = [];
  #state: 'waiting' | 'started' | 'ended' = 'waiting';
  #finish: string | undefined;
  #matched: string | undefined;
  #refusal: string | undefined;
  #usage: Usage = UNKNOWN_USAGE;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#calls = new CallWriter(this.#blocks, context.newId);
    this.#reasoning = new ReasoningReader(context.origin);
  }

  get warnings(): readonly Warning[] {
    return this.#warnings.list;
  }

  push(chunk: Buffer): readonly StreamPart[] {
    for (const { data } of this.#parser.push(chunk)) this.#takeData(data);
    if (this.#parser.oversizedFrames > 0) this.#fail(unreadable('an oversized event'));
    return this.#blocks.take();
  }

  /** A whole `chat.completion`, read as the only chunk of a stream. */
  pushBody(body: Buffer): readonly StreamPart[] {
    this.#takeData(body.toString('utf8'));
    return this.#blocks.take();
  }

  end(): readonly StreamPart[] {
    for (const { data } of this.#parser.end()) this.#takeData(data);
    this.#close();
    return this.#blocks.take();
  }

  #takeData(data: string): void {
    if (this.#state === 'ended') return;
    if (data.trim() === '[DONE]') {
      this.#close();
      return;
    }
    const value = parseJson(data);
    // Google's endpoint of this format wraps an error into a list.
    const chunk = asObject(Array.isArray(value) ? value[0] : value);
    if (chunk === undefined) this.#fail(unreadable('an event'));
    else this.#takeChunk(chunk);
  }

  #takeChunk(chunk: JsonObject): void {
    const failure = readFailure(chunk);
    if (failure !== undefined) {
      this.#fail(failure);
      return;
    }
    // Azure opens with a chunk about its filters, which names neither model nor id.
    if (asList(chunk['choices']).length > 0) this.#start(chunk);
    // Groq hides the usage of a stream in an extension of its own, Moonshot in its last choice.
    this.#usage = foldChatUsage(this.#usage, chunk['usage']);
    this.#usage = foldChatUsage(this.#usage, asObject(chunk['x_groq'])?.['usage']);
    for (const choice of objectsIn(chunk['choices'])) {
      this.#usage = foldChatUsage(this.#usage, choice['usage']);
      if ((choice['index'] ?? 0) === 0) this.#takeChoice(choice);
      else this.#warnings.add('answer_dropped', 'choices', 'Only the first of several answers is passed on.');
    }
  }

  #start(chunk: JsonObject): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    this.#blocks.other({
      type: 'message-start',
      id: asString(chunk['id']) ?? '',
      model: asString(chunk['model']) ?? '',
      usage: UNKNOWN_USAGE,
    });
  }

  #takeChoice(choice: JsonObject): void {
    // Some servers put a whole message where a delta belongs.
    const delta = asObject(choice['delta']) ?? asObject(choice['message']);
    if (delta !== undefined) this.#takeDelta(delta);
    const reason = asText(choice['finish_reason']);
    if (reason === undefined) return;
    this.#finish = reason;
    this.#matched = asText(choice['stop_reason']);
    if (isFailure(reason))
      this.#fail({
        kind: 'upstream',
        message: `The provider ended with ${reason}.`,
        raw: reason,
        truncated: false,
      });
  }

  #takeDelta(delta: JsonObject): void {
    this.#add('reasoning', this.#reasoning.read(delta) || thinkingText(delta['content']));
    this.#add('text', contentText(delta['content']));
    const refusal = asText(delta['refusal']);
    if (refusal !== undefined) {
      this.#refusal = (this.#refusal ?? '') + refusal;
      this.#add('refusal', refusal);
    }
    for (const annotation of asList(delta['annotations'])) {
      const citation = readAnnotation(asObject(annotation));
      if (citation !== undefined && !this.#calls.hasCalls) this.#blocks.citation(citation);
    }
    const old = asObject(delta['function_call']);
    for (const call of old === undefined ? objectsIn(delta['tool_calls']) : [{ index: 0, function: old }]) {
      this.#closeReasoning();
      this.#calls.push(readCall(call, this.#context.origin));
    }
  }

  #add(kind: LatePart['kind'], text: string): void {
    if (text === '') return;
    if (!this.#calls.hasCalls) {
      this.#write(kind, text);
      return;
    }
    const last = this.#late.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.#late.push({ kind, text });
  }

  #write(kind: LatePart['kind'], text: string): void {
    if (kind === 'reasoning') {
      this.#blocks.reasoning(text);
      return;
    }
    this.#closeReasoning();
    this.#blocks.text(text, kind === 'refusal');
  }

  #closeReasoning(): void {
    if (this.#blocks.isReasoning) this.#blocks.close(this.#reasoning.take());
  }

  #close(): void {
    if (this.#state === 'ended') return;
    if (this.#finish === undefined) {
      this.#fail(truncated());
      return;
    }
    this.#start({});
    this.#closeReasoning();
    this.#calls.end();
    const broken = this.#finish === 'length' ? undefined : this.#calls.broken;
    if (broken !== undefined) {
      this.#fail(unreadable(`arguments of the tool call ${broken}`));
      return;
    }
    for (const { kind, text } of this.#late) this.#write(kind, text);
    this.#closeReasoning();
    if (this.#reasoning.hasLateDetails) {
      this.#blocks.openReasoning();
      this.#blocks.close(this.#reasoning.take());
    }
    this.#blocks.close();
    const found = { calls: this.#calls.hasCalls, refusal: this.#refusal, matched: this.#matched };
    this.#blocks.other({ type: 'finish', stop: readStop(this.#finish, found), usage: this.#usage });
    this.#state = 'ended';
  }

  #fail(failure: AnswerFailure): void {
    if (this.#state === 'ended') return;
    this.#blocks.other({ type: 'error', failure });
    this.#state = 'ended';
  }
}

/** Mistral's models think in parts of their content. */
function thinkingText(content: JsonObject[string]): string {
  return objectsIn(content)
    .filter((part) => part['type'] === 'thinking')
    .map((part) => contentText(part['thinking']))
    .join('');
}

/** Content is text, or (Mistral, some Gemini proxies) a list of parts. */
function contentText(content: JsonObject[string]): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => asString(asObject(part)?.['text']) ?? '')
    .join('');
}
