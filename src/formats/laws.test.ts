/** What holds for every format that can be translated. A new format gets all of it by standing in the registries. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { arbitraryAnswer, arbitraryConversation } from '../../fixtures/arbitrary.ts';
import { cutAt, fixture, singleBytes } from '../../fixtures/play.ts';
import {
  context,
  judgeParts,
  receive,
  streamFixtures,
  target,
  TRANSLATED,
} from '../../fixtures/translation.ts';
import type { Answer } from '../domain/answer.ts';
import type { Format } from '../domain/format.ts';
import type { StreamPart } from '../domain/stream-part.ts';
import { codecOf } from './codecs.ts';
import { AnswerCollector } from './collect-answer.ts';
import { GRAMMARS } from './grammars.ts';
import { wireFormatOf } from './index.ts';
import { spreadAnswer } from './spread-answer.ts';

for (const format of TRANSLATED) {
  describe(`${format}: reading streams`, () => {
    for (const file of streamFixtures(format)) {
      const bytes = fixture(`${format}/${file}`);
      const whole = decode(format, [bytes]);

      test(`${file}: any split gives the same parts, in the order of the hub`, () => {
        assert.deepEqual(judgeParts(whole), []);
        assert.deepEqual(decode(format, singleBytes(bytes)), whole);
        fc.assert(
          fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
            assert.deepEqual(decode(format, cutAt(bytes, cuts)), whole);
          }),
          { numRuns: 40 },
        );
      });

      test(`${file}: usage is what the meter counts`, () => {
        const meter = wireFormatOf(format).createMeter(true);
        meter.push(bytes);
        meter.end();
        const finish = whole.find((part) => part.type === 'finish');
        if (finish !== undefined) assert.deepEqual(finish.usage, meter.report.usage);
        else assert.notEqual(meter.report.streamError ?? 'cut', undefined);
      });

      for (const to of TRANSLATED)
        test(`${file}: in ${to} it obeys the grammar, or breaks off as a failure does`, () => {
          const { report, violations } = receive(format, to, [bytes]);
          if (report.outcome.kind === 'complete') assert.deepEqual(violations, []);
          else assert.equal(report.outcome.kind, 'failed');
        });
    }

    test('whatever comes, parts keep the order of the hub and end once', () => {
      const pieces = streamFixtures(format).flatMap((file) =>
        fixture(`${format}/${file}`).toString().split('\n\n'),
      );
      const noise = fc.constantFrom(
        'data: {',
        'data: {}',
        'data: null',
        ': note',
        'data: [DONE]',
        'event: x',
        '\r',
      );
      const frames = fc.array(fc.oneof(fc.constantFrom(...pieces), noise), { maxLength: 30 });
      fc.assert(
        fc.property(frames, (stream) => {
          assert.deepEqual(judgeParts(decode(format, [Buffer.from(stream.join('\n\n'))])), []);
        }),
      );
    });

    test('random bytes never throw', () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
          assert.deepEqual(
            judgeParts(
              decode(
                format,
                chunks.map((chunk) => Buffer.from(chunk)),
              ),
            ),
            [],
          );
          const answer = codecOf(format).decodeAnswer(Buffer.concat(chunks), context(format));
          assert.equal(answer.kind, 'failure');
        }),
      );
    });
  });

  describe(`${format}: writing answers`, () => {
    test('a whole answer keeps its meaning through encode and decode, and the grammar is silent', () => {
      fc.assert(
        fc.property(arbitraryAnswer(format), (answer) => {
          const body = codecOf(format).encodeAnswer(answer, context(format));
          assert.deepEqual(GRAMMARS[format]?.judgeAnswer(body.toString()), []);
          const decoded = codecOf(format).decodeAnswer(body, context(format));
          assert.equal(decoded.kind, 'answer');
          if (decoded.kind === 'answer') assert.deepEqual(meaningOf(decoded.answer), meaningOf(answer));
        }),
      );
    });

    test('a streamed answer keeps its meaning through encode and decode, and the grammar is silent', () => {
      fc.assert(
        fc.property(arbitraryAnswer(format), (answer) => {
          const text = encodeStream(format, spreadAnswer(answer));
          const judge = GRAMMARS[format]?.createStreamJudge();
          judge?.push(text);
          assert.deepEqual(judge?.end(), []);
          const decoded = new AnswerCollector().pushAll(decode(format, [Buffer.from(text)])).result;
          assert.equal(decoded.kind, 'answer');
          if (decoded.kind === 'answer') assert.deepEqual(meaningOf(decoded.answer), meaningOf(answer));
        }),
      );
    });
  });

  describe(`${format}: requests`, () => {
    test('encoding twice gives equal bytes, and what was written reads back to the same bytes', () => {
      const wire = codecOf(format);
      const client = { model: target(format).model, stream: undefined };
      fc.assert(
        fc.property(arbitraryConversation(), (conversation) => {
          const first = wire.encodeRequest(conversation, target(format)).body;
          assert.equal(wire.encodeRequest(conversation, target(format)).body.toString(), first.toString());
          const again = wire.encodeRequest(wire.decodeRequest(first, client).value, target(format)).body;
          assert.equal(again.toString(), first.toString());
        }),
      );
    });

    test('a body that is no request is refused as malformed', () => {
      fc.assert(
        fc.property(fc.json(), (text) => {
          try {
            codecOf(format).decodeRequest(Buffer.from(text), { model: 'm', stream: false });
          } catch (error) {
            assert.equal(error instanceof Error ? error.name : '', 'GatewayError');
          }
        }),
      );
    });
  });
}

function decode(format: Format, chunks: readonly Buffer[]): StreamPart[] {
  const decoder = codecOf(format).createStreamDecoder(context(format));
  const parts = chunks.flatMap((chunk) => decoder.push(chunk));
  return joinDeltas([...parts, ...decoder.end()]);
}

/** Where a character falls on a cut, the text may come in other pieces: only the joined text counts. */
function joinDeltas(parts: readonly StreamPart[]): StreamPart[] {
  const joined: StreamPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && 'text' in last && 'text' in part && last.type === part.type)
      joined[joined.length - 1] = { ...last, text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

function encodeStream(format: Format, parts: readonly StreamPart[]): string {
  const encoder = codecOf(format).createStreamEncoder(context(format));
  return parts.map((part) => encoder.push(part)).join('');
}

/** What an answer means, whatever blocks it is cut into; ids that were made up here do not count. */
function meaningOf(answer: Answer): unknown {
  const textOf = (type: 'text' | 'reasoning'): string =>
    answer.parts.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
  return {
    text: textOf('text'),
    reasoning: textOf('reasoning'),
    calls: answer.parts.flatMap((part) =>
      part.type === 'tool-call' ? [[part.id, part.name, JSON.parse(part.input.text || '{}')]] : [],
    ),
    stop: answer.stop.kind,
    usage: [answer.usage.input, answer.usage.output, answer.usage.cacheRead],
  };
}
