import { asList, asObject, asString, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { Grammar, StreamJudge } from '../grammar.ts';
import { parseJson } from '../parse-body.ts';

/** The grammar of Gemini's answers: chunks of one shape, as events with CRLF or as one JSON array. */
export const GEMINI_GRAMMAR: Grammar = {
  createStreamJudge: () => new GeminiStreamJudge(),
  judgeAnswer(body) {
    const answer = asObject(parseJson(body));
    return answer === undefined ? ['the body is no JSON object'] : judgeChunks([answer]);
  },
};

/** Keeps the text to its end, since an array can only be judged whole. */
class GeminiStreamJudge implements StreamJudge {
  #text = '';

  push(text: string): void {
    this.#text += text;
  }

  end(): readonly string[] {
    if (!this.#text.trimStart().startsWith('[')) return judgeEvents(this.#text);
    const array = parseJson(this.#text);
    return Array.isArray(array) ? judgeChunks(array) : ['the array is no JSON'];
  }
}

const FRAME_END = '\r\n\r\n';

function judgeEvents(text: string): string[] {
  const frames = text.split(FRAME_END);
  const rest = frames.pop();
  // Blanks keep a client waiting; a comment would stop Google's SDK.
  const data = frames.filter((frame) => frame !== '');
  const broken = data.filter((frame) => !/^data: [^\r\n]+$/.test(frame));
  return [
    ...(rest === '' ? [] : ['bytes after the last blank line']),
    ...broken.map((frame) => `not a frame: ${frame.slice(0, 80)}`),
    ...judgeChunks(data.map((frame) => parseJson(frame.slice('data: '.length)) ?? null)),
  ];
}

const FINISH_REASONS = new Set(['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'OTHER']);

function judgeChunks(values: readonly JsonObject[string][]): string[] {
  const chunks = values.map(asObject);
  const ends = chunks.map((chunk) => chunk?.['error'] !== undefined || reasonOf(chunk) !== undefined);
  const heads = new Set(
    chunks.map((chunk) => `${asString(chunk?.['responseId'])} ${asString(chunk?.['modelVersion'])}`),
  );
  const isFailed = chunks.at(-1)?.['error'] !== undefined;
  return [
    ...(ends.indexOf(true) === chunks.length - 1
      ? []
      : ['the last chunk, and no other, must end the answer']),
    ...(heads.size === 1 || isFailed ? [] : ['responseId or modelVersion changed in mid-stream']),
    ...chunks.flatMap((chunk) => (chunk === undefined ? ['a chunk that is no object'] : judgeChunk(chunk))),
  ];
}

function reasonOf(chunk: JsonObject | undefined): string | undefined {
  return asString(objectsIn(chunk?.['candidates'])[0]?.['finishReason']);
}

function judgeChunk(chunk: JsonObject): string[] {
  const error = asObject(chunk['error']);
  if (error !== undefined)
    return typeof error['code'] === 'number' && asString(error['status'])
      ? []
      : ['an error without code or status'];
  const [candidate, ...others] = objectsIn(chunk['candidates']);
  const content = asObject(candidate?.['content']);
  const reason = reasonOf(chunk);
  const usage = asObject(chunk['usageMetadata']);
  const complaints = [
    candidate === undefined || others.length > 0 ? 'there must be one candidate' : '',
    content?.['role'] === 'model' ? '' : 'the role must be model',
    reason === undefined || FINISH_REASONS.has(reason) ? '' : `unknown finishReason ${reason}`,
    typeof chunk['modelVersion'] === 'string' ? '' : 'modelVersion must be a string',
    ...['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'].map((name) =>
      typeof usage?.[name] === 'number' ? '' : `usageMetadata.${name} must be a number`,
    ),
  ];
  return [
    ...complaints.filter((complaint) => complaint !== ''),
    ...asList(content?.['parts']).flatMap(judgePart),
  ];
}

function judgePart(value: JsonObject[string]): string[] {
  const part = asObject(value);
  if (part === undefined) return ['a part that is no object'];
  const call = asObject(part['functionCall']);
  if (call === undefined) return typeof part['text'] === 'string' ? [] : ['a part without text or call'];
  return asString(call['name']) && asObject(call['args']) !== undefined
    ? []
    : ['a call lacks its name or args'];
}
