/** The judges must speak up: what no encoder may emit, and what each judge says of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture } from '../../fixtures/play.ts';
import { receive, TRANSLATED } from '../../fixtures/translation.ts';
import type { Format } from '../domain/format.ts';
import { GRAMMARS } from './grammars.ts';

function violations(format: Format, stream: string): readonly string[] {
  const judge = GRAMMARS[format]?.createStreamJudge();
  judge?.push(stream);
  return judge?.end() ?? [];
}

const GOOD: Partial<Record<Format, string>> = {
  'anthropic-messages': fixture('anthropic-messages/thinking-and-tool.txt')
    .toString()
    .replaceAll('{"type": "ping"}', '{"type":"ping"}'),
  'openai-chat': receive('anthropic-messages', 'openai-chat', [
    fixture('anthropic-messages/thinking-and-tool.txt'),
  ]).text,
};

for (const format of TRANSLATED.filter((name) => GOOD[name] !== undefined)) {
  const good = GOOD[format] ?? '';
  const frames = good.split('\n\n').slice(0, -1);

  describe(`${format}: the judge`, () => {
    test('has nothing against a good stream, in any split', () => {
      assert.deepEqual(violations(format, good), []);
      const judge = GRAMMARS[format]?.createStreamJudge();
      for (const character of good.split('')) judge?.push(character);
      assert.deepEqual(judge?.end(), []);
    });

    test('misses every frame that structure needs', () => {
      const needed = frames.filter((frame) =>
        /_start|_stop|message_delta|"role"|"id":"toolu|finish_reason":"|DONE/.test(frame),
      );
      assert.ok(needed.length >= 4);
      for (const frame of needed) {
        const without = frames.filter((other) => other !== frame);
        assert.notDeepEqual(violations(format, `${without.join('\n\n')}\n\n`), [], frame.slice(0, 90));
      }
    });

    test('sees a frame too many after the end, and bytes without an end', () => {
      assert.notDeepEqual(violations(format, `${good}${frames[0] ?? ''}\n\n`), []);
      assert.notDeepEqual(violations(format, `${good}data: `), []);
      assert.notDeepEqual(violations(format, good.replace('data: ', 'datum: ')), []);
    });

    test('reads whole answers too', () => {
      assert.notDeepEqual(GRAMMARS[format]?.judgeAnswer('[]'), []);
      assert.ok((GRAMMARS[format]?.judgeAnswer('{}').length ?? 0) > 3);
    });
  });
}

test('anthropic-messages: a delta of the wrong kind, a wrong index, broken input', () => {
  const good = GOOD['anthropic-messages'] ?? '';
  const changes: readonly (readonly [string, string])[] = [
    ['"type":"text_delta","text"', '"type":"thinking_delta","thinking"'],
    ['"index":2', '"index":3'],
    ['notes.txt\\"}', 'notes.txt'],
    ['"name":"Read"', '"name":""'],
    ['"id":"toolu_01"', '"id":"toolu.01"'],
    ['event: content_block_stop', 'event: ping'],
  ];
  for (const [from, to] of changes) {
    assert.ok(good.includes(from), from);
    assert.notDeepEqual(violations('anthropic-messages', good.replace(from, to)), [], from);
  }
});

test('openai-chat: a changed id, a named continuation, broken arguments, text of a wrong type', () => {
  const good = GOOD['openai-chat'] ?? '';
  const changes: readonly (readonly [string, string])[] = [
    ['"index":0,"id":"toolu_01"', '"index":1,"id":"toolu_01"'],
    ['notes.txt\\"}', 'notes.txt'],
    ['"finish_reason":"tool_calls"', '"finish_reason":"tool_use"'],
    ['"object":"chat.completion.chunk"', '"object":"chunk"'],
    ['"content":"I will', '"content":1,"x":"I will'],
    ['{"index":0,"function"', '{"index":0,"id":"toolu_01","function"'],
  ];
  for (const [from, to] of changes) {
    assert.ok(good.includes(from), from);
    assert.notDeepEqual(violations('openai-chat', good.replace(from, to)), [], from);
  }
});
