import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FORMATS } from '../domain/format.ts';
import { readAnswer } from './read-answer.ts';

const tools = new Map([['long_1a2b', { name: 'the.long.name', namespace: 'mcp', unwrap: false }]]);

test('the calls of a recorded answer have the client’s names again', () => {
  const message = {
    content: 'x',
    tool_calls: [{ id: '1', function: { name: 'long_1a2b', arguments: '{"a":1}' } }],
  };
  const body = Buffer.from(JSON.stringify({ choices: [{ message, finish_reason: 'tool_calls' }] }));
  const read = readAnswer({ body, format: 'openai-chat', tools });
  assert.ok(read.kind === 'answer');
  const call = read.answer.parts.find((part) => part.type === 'tool-call');
  assert.deepEqual([call?.name, call?.namespace], ['the.long.name', 'mcp']);
});

test('a stream of Gemini’s is read in both its shapes', () => {
  const chunk = { candidates: [{ content: { parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] };
  for (const text of [JSON.stringify([chunk]), `data: ${JSON.stringify(chunk)}\n\n`]) {
    const read = readAnswer({ body: Buffer.from(text), format: 'gemini', tools });
    assert.ok(read.kind === 'answer', text);
    assert.equal(read.answer.parts[0]?.type, 'text');
  }
});

test('whatever was recorded is read or told as unreadable', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
  );
  for (const format of FORMATS)
    fc.assert(
      fc.property(bytes, (body) => {
        assert.ok(['answer', 'failure'].includes(readAnswer({ body, format, tools }).kind));
      }),
      { numRuns: 60 },
    );
});
