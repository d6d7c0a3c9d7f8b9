import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReasoningRequest } from '../../domain/conversation.ts';
import type { EffortDialect } from '../../domain/target-quirks.ts';
import { WarningList } from '../../domain/warning.ts';
import { encodeEffort } from './encode-effort.ts';

const XHIGH: ReasoningRequest = { kind: 'adaptive', effort: 'xhigh' };
const OFF: ReasoningRequest = { kind: 'off' };
const BUDGET: ReasoningRequest = { kind: 'budget', tokens: 5_000, effort: undefined };

test('each dialect says it in its own fields', () => {
  const levels = ['low', 'medium', 'high'] as const;
  const rows: readonly (readonly [EffortDialect, unknown, unknown, unknown])[] = [
    [
      { kind: 'effort', levels, off: 'minimal' },
      { reasoning_effort: 'high' },
      { reasoning_effort: 'minimal' },
      { reasoning_effort: 'medium' },
    ],
    [
      { kind: 'effort', levels: [...levels, 'xhigh'], off: 'omit' },
      { reasoning_effort: 'xhigh' },
      {},
      { reasoning_effort: 'medium' },
    ],
    [
      { kind: 'thinking-switch' },
      { thinking: { type: 'enabled' } },
      { thinking: { type: 'disabled' } },
      { thinking: { type: 'enabled' } },
    ],
    [
      { kind: 'enable-thinking' },
      { enable_thinking: true },
      { enable_thinking: false },
      { enable_thinking: true, thinking_budget: 5_000 },
    ],
    [
      { kind: 'template-switch' },
      { chat_template_kwargs: { enable_thinking: true } },
      { chat_template_kwargs: { enable_thinking: false } },
      { chat_template_kwargs: { enable_thinking: true } },
    ],
    [
      { kind: 'openrouter' },
      { reasoning: { effort: 'xhigh' } },
      { reasoning: { effort: 'none' } },
      { reasoning: { max_tokens: 5_000 } },
    ],
    [{ kind: 'none' }, {}, {}, {}],
  ];
  for (const [dialect, ...expected] of rows) {
    const said: unknown[] = [XHIGH, OFF, BUDGET].map((request) =>
      encodeEffort(request, dialect, new WarningList()),
    );
    assert.deepEqual(said, expected, JSON.stringify(dialect));
  }
});

test('who asks for nothing gets the default of the provider, and a loss is told', () => {
  const warnings = new WarningList();
  assert.deepEqual(encodeEffort(undefined, { kind: 'none' }, warnings), {});
  assert.deepEqual(warnings.list, []);
  encodeEffort(XHIGH, { kind: 'none' }, warnings);
  assert.equal(warnings.list.length, 1);
});
