/**
 * The tag by which an agent's own prompt asks for a model: `<CCR-SUBAGENT-MODEL>provider/model</CCR-SUBAGENT-MODEL>`.
 * It counts in system text and in the first user text only: tool results and later turns hold text of strangers.
 */
import { Buffer } from 'node:buffer';
import type { RequestFacts } from '../domain/exchange.ts';
import { asObject, type JsonObject, type JsonValue } from '../domain/json-value.ts';
import { parseBody } from './parse-body.ts';

/** Without the angle brackets, which some encoders write as \u003c. */
const NEEDLE = Buffer.from('CCR-SUBAGENT-MODEL');
const TAG = /<CCR-SUBAGENT-MODEL>\s*([^<>\s]+)\s*<\/CCR-SUBAGENT-MODEL>/;

/** Whether there may be a tag somewhere: a search of bytes, which is all that most requests cost. */
export function mentionsTag(body: Buffer): boolean {
  return body.includes(NEEDLE);
}

/** The text of the first tag. */
export function tagIn(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const tag = TAG.exec(text)?.[1];
    if (tag !== undefined) return tag;
  }
  return undefined;
}

/** The facts of a Chat, Responses or Gemini request, with its tag. @param body one that has been scanned */
export function withSubagentTag(facts: RequestFacts, body: Buffer): RequestFacts {
  if (!mentionsTag(body)) return facts;
  const subagentTag = tagIn(trustedTexts(parseBody(body)));
  return subagentTag === undefined ? facts : { ...facts, subagentTag };
}

/** System text, wherever these formats have it in front of the conversation, and the first user text. */
function trustedTexts(request: JsonObject): readonly string[] {
  const { instructions, systemInstruction, system_instruction: alias } = request;
  const system = [instructions, systemInstruction, alias].flatMap((value) => [
    ...textsOf(value),
    ...textsOf(asObject(value)?.['parts']),
  ]);
  const conversation = request['messages'] ?? request['input'] ?? request['contents'];
  if (typeof conversation === 'string') return [...system, conversation];
  const messages = (Array.isArray(conversation) ? conversation : [])
    .map(asObject)
    .filter((each) => each !== undefined);
  const first = messages.findIndex(isUser);
  const opening = first === -1 ? messages : messages.slice(0, first + 1);
  return [...system, ...opening.filter((each) => isUser(each) || isSystem(each)).flatMap(textsOfMessage)];
}

/** Gemini lets the role be left out. */
function isUser({ role, parts }: JsonObject): boolean {
  return role === 'user' || (role === undefined && parts !== undefined);
}

function isSystem({ role }: JsonObject): boolean {
  return role === 'system' || role === 'developer';
}

function textsOfMessage({ content, parts }: JsonObject): readonly string[] {
  return textsOf(content ?? parts);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.flatMap((part) => {
    const { type, text } = asObject(part) ?? {};
    const isText = type === undefined || type === 'text' || type === 'input_text';
    return isText && typeof text === 'string' ? [text] : [];
  });
}
