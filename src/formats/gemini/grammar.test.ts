/** The judge of Gemini's answers must speak up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../../../fixtures/play.ts';
import { receive, type Wire } from '../../../fixtures/translation.ts';
import { GEMINI_GRAMMAR } from './grammar.ts';

const { text: GOOD } = receive('anthropic-messages', 'gemini', [
  fixture('anthropic-messages/thinking-and-tool.txt'),
]);
const CHUNKS: Wire[] = GOOD.split('\r\n\r\n')
  .filter((frame) => frame.startsWith('data: '))
  .map((frame) => JSON.parse(frame.slice('data: '.length)));

function violations(stream: string): string {
  const judge = GEMINI_GRAMMAR.createStreamJudge();
  for (const character of stream.split('')) judge.push(character);
  return judge.end().join('\n');
}

function eventsOf(chunks: readonly Wire[]): string {
  return chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
}

function changed(at: number, change: (chunk: Wire) => void): Wire[] {
  const chunks = structuredClone(CHUNKS);
  change(chunks.at(at));
  return chunks;
}

test('a good stream is good, as events and as an array', () => {
  assert.equal(violations(GOOD), '');
  assert.equal(violations(JSON.stringify(CHUNKS)), '');
});

test('violations are named, whichever way the chunks come', () => {
  const rows: readonly (readonly [chunks: Wire[], violation: RegExp])[] = [
    [CHUNKS.slice(0, -1), /must end the answer/],
    [[...CHUNKS, CHUNKS[0]], /must end the answer/],
    [changed(-1, (chunk) => (chunk.candidates[0].finishReason = 'DONE')), /unknown finishReason/],
    [changed(0, (chunk) => (chunk.responseId = 'x')), /changed in mid-stream/],
    [changed(0, (chunk) => (chunk.candidates[0].content.role = 'user')), /role/],
    [changed(0, (chunk) => delete chunk.usageMetadata.totalTokenCount), /totalTokenCount/],
    [changed(0, (chunk) => (chunk.candidates[0].content.parts = [{ functionCall: { name: 'f' } }])), /args/],
    [[{ error: { message: 'x' } }], /code or status/],
  ];
  for (const [chunks, violation] of rows) {
    assert.match(violations(eventsOf(chunks)), violation);
    assert.match(violations(JSON.stringify(chunks)), violation);
  }
  assert.match(violations(GOOD.replaceAll('\r\n', '\n')), /bytes after|not a frame/);
  assert.match(violations('['), /no JSON/);
});
