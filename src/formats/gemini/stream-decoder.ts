import type { Buffer } from 'node:buffer';
import type { AnswerFailure } from '../../domain/answer.ts';
import { asList, asObject, asString, asText, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { Citation } from '../../domain/message-part.ts';
import type { Opaque } from '../../domain/opaque.ts';
import type { StreamPart } from '../../domain/stream-part.ts';
import { UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import { type Warning, WarningList } from '../../domain/warning.ts';
import { SseParser } from '../../lib/sse-parser.ts';
import { BlockWriter } from '../block-writer.ts';
import type { AnswerContext, StreamDecoder } from '../codec.ts';
import { truncated, unreadable } from '../failures.ts';
import { parseJson } from '../parse-body.ts';
import { ArrayReader } from './array-reader.ts';
import { readFunctionCall } from './parts/function-call.ts';
import { readFailure } from './read-failure.ts';
import { isFailure, readStop } from './stop-reason.ts';
import { foldGeminiUsage } from './usage.ts';

/** A whole image in base64 fits. */
const FRAME_LIMIT = 32 * 1024 * 1024;

const OPEN_BRACKET = 0x5b;

/**
 * Reads a Gemini stream, as events or as one JSON array. Every chunk is an answer of its own shape; a finish reason
 * (or a blocked prompt) is the only sign of the end, and usage may still follow it.
 */
export class GeminiStreamDecoder implements StreamDecoder {
  readonly #parser = new SseParser(FRAME_LIMIT);
  readonly #array = new ArrayReader(FRAME_LIMIT);
  readonly #blocks = new BlockWriter();
  readonly #context: AnswerContext;
  readonly #warnings = new WarningList();
  #shape: 'unknown' | 'events' | 'array' = 'unknown';
  #state: 'waiting' | 'started' | 'ended' = 'waiting';
  #usage: Usage = UNKNOWN_USAGE;
  #hasCalls = false;
  #finish: { readonly reason: string; readonly message: string | undefined } | undefined;
  #citations: Citation[] = [];

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings.list;
  }

  push(chunk: Buffer): readonly StreamPart[] {
    this.#sniff(chunk);
    if (this.#shape === 'array') for (const text of this.#array.push(chunk)) this.#takeData(text);
    else for (const { data } of this.#parser.push(chunk)) this.#takeData(data);
    if (this.#parser.oversizedFrames > 0 || this.#array.isOversized)
      this.#fail(unreadable('an oversized event'));
    return this.#blocks.take();
  }

  /** A whole `GenerateContentResponse`, read as the only chunk of a stream, or the chunks of an array. */
  pushBody(body: Buffer): readonly StreamPart[] {
    this.#sniff(body);
    if (this.#shape === 'array') return this.push(body);
    this.#takeData(body.toString('utf8'));
    return this.#blocks.take();
  }

  end(): readonly StreamPart[] {
    for (const { data } of this.#parser.end()) this.#takeData(data);
    this.#close();
    return this.#blocks.take();
  }

  #sniff(chunk: Buffer): void {
    if (this.#shape !== 'unknown') return;
    const first = chunk.find((byte) => byte > 0x20);
    if (first !== undefined) this.#shape = first === OPEN_BRACKET ? 'array' : 'events';
  }

  #takeData(data: string): void {
    if (this.#state === 'ended' || data.trim() === '[DONE]') return;
    const value = parseJson(data);
    // Errors come as a list of one, too.
    const chunk = asObject(Array.isArray(value) ? asList(value)[0] : value);
    if (chunk === undefined) this.#fail(unreadable('an event'));
    else this.#takeChunk(chunk);
  }

  #takeChunk(chunk: JsonObject): void {
    const error = asObject(chunk['error']);
    if (error !== undefined) {
      this.#fail(readFailure(error));
      return;
    }
    this.#start(chunk);
    this.#usage = foldGeminiUsage(this.#usage, chunk['usageMetadata']);
    const [candidate, ...others] = objectsIn(chunk['candidates']);
    if (others.length > 0)
      this.#warnings.add('answer_dropped', 'candidates', 'Only the first of several answers is passed on.');
    if (candidate !== undefined) this.#takeCandidate(candidate);
    const feedback = asObject(chunk['promptFeedback']);
    const blocked = asText(feedback?.['blockReason']);
    if (blocked !== undefined)
      this.#finish ??= { reason: blocked, message: asText(feedback?.['blockReasonMessage']) };
  }

  #start(chunk: JsonObject): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    this.#blocks.other({
      type: 'message-start',
      id: asText(chunk['responseId']) ?? '',
      model: asText(chunk['modelVersion']) ?? '',
      usage: foldGeminiUsage(UNKNOWN_USAGE, chunk['usageMetadata']),
    });
  }

  #takeCandidate(candidate: JsonObject): void {
    this.#takeSources(asObject(candidate['groundingMetadata']));
    for (const part of objectsIn(asObject(candidate['content'])?.['parts']))
      if (this.#state !== 'ended') this.#takePart(part);
    const reason = asText(candidate['finishReason']);
    if (reason === undefined || this.#state === 'ended') return;
    const message = asText(candidate['finishMessage']);
    this.#finish = { reason, message };
    if (isFailure(reason))
      this.#fail({
        kind: 'upstream',
        message: message ?? `The provider ended with ${reason}.`,
        raw: reason,
        truncated: false,
      });
  }

  #takePart(part: JsonObject): void {
    const call = asObject(part['functionCall']);
    const opaque = this.#readSignature(part);
    if (call !== undefined) {
      this.#takeCall(call, opaque);
      return;
    }
    const text = asString(part['text']);
    if (part['thought'] === true) this.#takeThought(text ?? '', opaque);
    else if (text !== undefined) this.#takeText(text, opaque);
    else this.#takeOther(part);
  }

  #readSignature(part: JsonObject): Opaque | undefined {
    const payload = asText(part['thoughtSignature']);
    return payload === undefined
      ? undefined
      : { kind: 'thought-signature', origin: this.#context.origin, payload };
  }

  /** Comes whole; the id is made up where there is none. */
  #takeCall(call: JsonObject, opaque: Opaque | undefined): void {
    const { id, name, input } = readFunctionCall(call);
    if (name === '') {
      this.#fail(unreadable('a tool call without a name'));
      return;
    }
    this.#hasCalls = true;
    this.#blocks.startCall({
      id: id ?? `call_${this.#context.newId()}`,
      name,
      input: 'json',
      ...(opaque === undefined ? {} : { opaque }),
    });
    this.#blocks.callInput(input.text);
    this.#blocks.close();
  }

  #takeThought(text: string, opaque: Opaque | undefined): void {
    this.#blocks.reasoning(text);
    if (opaque === undefined) return;
    this.#blocks.openReasoning();
    this.#blocks.close(opaque);
  }

  /** A signature on what the model says stands behind it, in a hidden part of its own. */
  #takeText(text: string, opaque: Opaque | undefined): void {
    this.#blocks.text(text);
    if (opaque === undefined) return;
    this.#tellCitations();
    this.#blocks.close();
    this.#takeThought('', opaque);
  }

  #takeOther(part: JsonObject): void {
    const [name] = Object.keys(part);
    if (name === undefined || name === 'thoughtSignature') return;
    this.#blocks.whole({ type: 'vendor', name, vendor: { format: 'gemini', value: part } });
  }

  /** Links of Google's search, told with the text once it is whole. */
  #takeSources(grounding: JsonObject | undefined): void {
    for (const source of objectsIn(grounding?.['groundingChunks'])) {
      const web = asObject(source['web']);
      const url = asText(web?.['uri']);
      if (url === undefined) continue;
      const vendor = { format: 'gemini', value: source } as const;
      this.#citations.push({ url, title: asText(web?.['title']), quote: undefined, vendor });
    }
  }

  #tellCitations(): void {
    if (!this.#blocks.isText) return;
    for (const citation of this.#citations) this.#blocks.citation(citation);
    this.#citations = [];
  }

  #close(): void {
    if (this.#state === 'ended') return;
    if (this.#finish === undefined) {
      this.#fail(truncated());
      return;
    }
    this.#tellCitations();
    this.#blocks.close();
    const stop = readStop(this.#finish.reason, this.#hasCalls, this.#finish.message);
    this.#blocks.other({ type: 'finish', stop, usage: this.#usage });
    this.#state = 'ended';
  }

  #fail(failure: AnswerFailure): void {
    if (this.#state === 'ended') return;
    this.#blocks.other({ type: 'error', failure });
    this.#state = 'ended';
  }
}
