import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Death } from '../long/upstream-death.ts';
import { judge } from '../long/upstream-death.ts';
import { errorEvent } from '../support/answers.ts';
import type { Exchanged } from '../support/raw-client.ts';

/** The judge of broken answers is what the tests of broken upstreams rest on, so it is judged here itself. */

const FRAME = 'event: ping\ndata: {}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const ERROR = errorEvent('anthropic');
const ENVELOPE = '{"type":"error","error":{"type":"api_error","message":"x"}}';

const DEATH: Death = {
  name: 'after two frames',
  dialect: 'anthropic',
  answer: async () => new Promise(() => undefined),
  delivered: Buffer.from(FRAME + FRAME),
  complete: true,
  saysSo: false,
};

function seen(status: number | undefined, body: string, end: Exchanged['end']): Exchanged {
  return { status, headers: new Map(), body: Buffer.from(body), end };
}

const torn: Partial<Death> = { delivered: Buffer.from(FRAME + FRAME.slice(0, 9)) };
const chat: Partial<Death> = { dialect: 'chat' };
const reset: Partial<Death> = { complete: false };
const own: Partial<Death> = { saysSo: true, delivered: Buffer.from(FRAME + ERROR) };

describe('acceptable ends of a broken answer', () => {
  const cases: readonly [name: string, exchanged: Exchanged, death?: Partial<Death>][] = [
    ['all content, one error event, a proper end', seen(200, FRAME + FRAME + ERROR, 'whole')],
    ['all content, then the connection breaks', seen(200, FRAME + FRAME, 'closed')],
    ['a torn frame, then the connection breaks', seen(200, FRAME + FRAME.slice(0, 9), 'reset'), torn],
    ['less content after a reset', seen(200, FRAME, 'closed'), reset],
    ['an HTTP error in the dialect', seen(502, ENVELOPE, 'whole')],
    ['the error event of the upstream itself', seen(200, FRAME + ERROR, 'whole'), own],
  ];
  for (const [name, exchanged, death] of cases) {
    test(name, () => {
      assert.equal(judge({ ...DEATH, ...death }, exchanged), undefined);
    });
  }
});

describe('unacceptable ends of a broken answer', () => {
  const cases: readonly [name: string, exchanged: Exchanged, wrong: RegExp, death?: Partial<Death>][] = [
    ['no answer', seen(undefined, '', 'closed'), /no answer/],
    ['a clean end without an error', seen(200, FRAME + FRAME, 'whole'), /cleanly/],
    ['a forged end', seen(200, FRAME + FRAME + STOP, 'whole'), /forged/],
    ['a forged [DONE]', seen(200, 'data: [DONE]\n\n', 'whole'), /forged/, chat],
    ['changed content', seen(200, 'event: pong\n', 'closed'), /changed/],
    ['lost content', seen(200, FRAME + ERROR, 'whole'), /only 22 of 44/],
    ['two error events', seen(200, FRAME + FRAME + ERROR + ERROR, 'whole'), /not one/],
    [
      'an error event that is not JSON',
      seen(200, `${FRAME}${FRAME}event: error\ndata: x\n\n`, 'whole'),
      /JSON/,
    ],
    ['an error event in a torn frame', seen(200, FRAME + FRAME.slice(0, 9) + ERROR, 'whole'), /middle/, torn],
    ['an error event and no end', seen(200, FRAME + FRAME + ERROR, 'closed'), /proper end/],
    ['an Anthropic error in Chat', seen(200, FRAME + FRAME + ERROR, 'whole'), /dialect/, chat],
    ['a client error', seen(400, ENVELOPE, 'whole'), /400/],
    ['an error page', seen(502, '<h1>', 'whole'), /without an error/],
    ['an HTTP error that breaks off', seen(502, ENVELOPE, 'closed'), /breaks off/],
    ['a second error behind the upstream’s own', seen(200, FRAME + ERROR + ERROR, 'whole'), /changed/, own],
  ];
  for (const [name, exchanged, wrong, death] of cases) {
    test(name, () => {
      assert.match(verdict({ ...DEATH, ...death }, exchanged), wrong);
    });
  }
});

function verdict(death: Death, exchanged: Exchanged): string {
  return judge(death, exchanged) ?? 'nothing wrong';
}
