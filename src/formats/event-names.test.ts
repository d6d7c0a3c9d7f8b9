import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventNames, OTHER_EVENT, UNREADABLE_EVENT } from './event-names.ts';

const names = new EventNames(['content_block_delta', 'content_block_start', 'error']);

function find(line: string): number {
  // Bytes around the line prove that only the line is looked at.
  const bytes = Buffer.from(`zz${line}_start"}`);
  return names.find(bytes, 2, 2 + Buffer.byteLength(line));
}

describe('the name of an event', () => {
  const cases: [line: string, expected: number][] = [
    ['event: content_block_delta', 0],
    ['event: content_block_start', 1],
    ['event:error', 2],
    ['event: errors', OTHER_EVENT],
    ['event: erro', OTHER_EVENT],
    ['event: content_block_thing', OTHER_EVENT],
    ['event:  error', OTHER_EVENT],
    ['data: {"type":"error"', 2],
    ['data:{"type":"content_block_delta","index":0}', 0],
    ['data:  { "type" : "content_block_start" , "index": 0}', 1],
    ['data: {"type":"ping"}', OTHER_EVENT],
    ['data: {"index":0,"type":"error"}', UNREADABLE_EVENT],
    ['data: {"type":5}', UNREADABLE_EVENT],
    ['data: {"type":"err\\u006fr"}', UNREADABLE_EVENT],
    ['data: {"type":"content_block', UNREADABLE_EVENT],
    ['data: [DONE]', UNREADABLE_EVENT],
    ['data:', UNREADABLE_EVENT],
    ['event:', UNREADABLE_EVENT],
    [': comment', UNREADABLE_EVENT],
    ['id: 7', UNREADABLE_EVENT],
    ['', UNREADABLE_EVENT],
  ];
  for (const [line, expected] of cases)
    test(`${JSON.stringify(line)} is ${expected}`, () => assert.equal(find(line), expected));
});

test('the place of the name is told, also of one that is not in the list', () => {
  const bytes = Buffer.from('event: response.output_text.delta');
  assert.equal(names.find(bytes, 0, bytes.length), OTHER_EVENT);
  assert.equal(bytes.toString('latin1', names.nameStart, names.nameEnd), 'response.output_text.delta');
});
