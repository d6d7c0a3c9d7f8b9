import assert from 'node:assert/strict';
import test from 'node:test';
import type { Format } from '../domain/format.ts';
import { wireFormatOf } from './index.ts';

const TAG = '<CCR-SUBAGENT-MODEL>zai/glm-4.7</CCR-SUBAGENT-MODEL>';

const PATHS: Partial<Record<Format, string>> = { gemini: '/v1beta/models/m:generateContent' };

function tagOf(format: Format, body: object): string | undefined {
  const bytes = Buffer.from(JSON.stringify(body));
  return wireFormatOf(format).inspect(bytes, PATHS[format] ?? '', 'members').subagentTag;
}

const user = (content: unknown): object => ({ role: 'user', content });
const PLAIN = user('hi');
const NOTE = { type: 'text', text: `a ${TAG} b` };

const COUNTS: readonly (readonly [format: Format, place: string, body: object])[] = [
  ['openai-chat', 'the system message', { messages: [{ role: 'system', content: TAG }, PLAIN] }],
  ['openai-chat', 'a developer message', { messages: [{ role: 'developer', content: [NOTE] }, PLAIN] }],
  ['openai-chat', 'the first user text', { messages: [{ role: 'system', content: 'x' }, user([NOTE])] }],
  ['openai-responses', 'the instructions', { instructions: TAG, input: 'hi' }],
  ['openai-responses', 'the input as text', { input: TAG }],
  ['openai-responses', 'the first user text', { input: [user([{ type: 'input_text', text: TAG }])] }],
  ['gemini', 'the system instruction', { systemInstruction: { parts: [{ text: TAG }] }, contents: [] }],
  ['gemini', 'the first user text', { contents: [{ parts: [{ text: TAG }] }] }],
];

for (const [format, place, body] of COUNTS)
  test(`${format}: the tag counts in ${place}`, () => assert.equal(tagOf(format, body), 'zai/glm-4.7'));

const CALL = { type: 'function_call_output', call_id: 'c', output: TAG };
const IGNORED: readonly (readonly [format: Format, place: string, body: object])[] = [
  ['openai-chat', 'a tool result', { messages: [{ role: 'tool', tool_call_id: 't', content: TAG }, PLAIN] }],
  ['openai-chat', 'a later user text', { messages: [PLAIN, user(TAG)] }],
  ['openai-chat', 'a later system message', { messages: [PLAIN, { role: 'system', content: TAG }] }],
  ['openai-chat', 'an answer', { messages: [{ role: 'assistant', content: TAG }, PLAIN] }],
  ['openai-responses', 'a tool result', { input: [CALL, PLAIN] }],
  [
    'openai-responses',
    'a tool',
    { input: [PLAIN], tools: [{ type: 'function', name: 'f', description: TAG }] },
  ],
  ['gemini', 'an answer', { contents: [{ role: 'model', parts: [{ text: TAG }] }] }],
  [
    'gemini',
    'a tool result',
    { contents: [{ role: 'user', parts: [{ functionResponse: { name: 'f', response: { text: TAG } } }] }] },
  ],
];

for (const [format, place, body] of IGNORED)
  test(`${format}: the tag does not count in ${place}`, () => assert.equal(tagOf(format, body), undefined));
