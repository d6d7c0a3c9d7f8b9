import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from './inspect.ts';

const TAG = '<CCR-SUBAGENT-MODEL>zai/glm-4.7</CCR-SUBAGENT-MODEL>';

function tagOf(body: unknown): string | undefined {
  return inspect(Buffer.from(JSON.stringify(body))).subagentTag;
}

const text = (value: string): object => ({ type: 'text', text: value });
const user = (...content: unknown[]): object => ({ role: 'user', content });

for (const [place, body] of [
  ['a system string', { system: `You are.\n${TAG}` }],
  ['any system block', { system: [text('one'), text(`two ${TAG} three`)], messages: [] }],
  ['the first user string', { messages: [{ content: `${TAG} do it`, role: 'user' }] }],
  ['any text block of the first user message', { messages: [user(text('reminder'), text(TAG))] }],
  [
    'the first user message behind others',
    { messages: [{ role: 'assistant', content: '' }, user(text(TAG))] },
  ],
  ['text with line breaks inside the tag', { system: TAG.replace('zai', '\n zai').replace('4.7', '4.7\t') }],
] as const) {
  test(`the tag counts in ${place}`, () => {
    assert.equal(tagOf(body), 'zai/glm-4.7');
  });
}

test('the tag counts when an encoder escaped its brackets', () => {
  const body = `{"system":"${TAG.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')}"}`;
  assert.equal(inspect(Buffer.from(body)).subagentTag, 'zai/glm-4.7');
});

for (const [place, body] of [
  ['a tool result', { messages: [user({ type: 'tool_result', tool_use_id: 't', content: TAG })] }],
  [
    'text inside a tool result',
    { messages: [user({ type: 'tool_result', tool_use_id: 't', content: [text(TAG)] })] },
  ],
  ['a later user message', { messages: [user(text('first')), user(text(TAG))] }],
  ['an assistant message', { messages: [{ role: 'assistant', content: TAG }] }],
  ['a role of system in the conversation', { messages: [user(text('a')), { role: 'system', content: TAG }] }],
  ['a tool description', { tools: [{ name: 'x', description: TAG }] }],
  ['a block of another type', { system: [{ type: 'document', text: TAG }] }],
  ['an unclosed tag', { system: TAG.replace('</', '<') }],
  ['an empty tag', { system: '<CCR-SUBAGENT-MODEL> </CCR-SUBAGENT-MODEL>' }],
  [
    'values of unexpected kinds',
    { note: TAG, system: 5, messages: [1, [TAG], { role: 'user', content: [TAG, 2] }] },
  ],
  ['messages that are no list', { note: TAG, messages: { role: 'user', content: TAG } }],
] as const) {
  test(`the tag does not count in ${place}`, () => {
    assert.equal(tagOf(body), undefined);
  });
}

test('system text comes before user text', () => {
  const body = { messages: [user(text(TAG))], system: TAG.replace('zai/glm-4.7', 'a/b') };
  assert.equal(tagOf(body), 'a/b');
});
