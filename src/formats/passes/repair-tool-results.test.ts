import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { arbitraryConversation } from '../../../fixtures/arbitrary.ts';
import { WarningList } from '../../domain/warning.ts';
import { normaliseMessages } from './normalise-messages.ts';
import { repairToolResults } from './repair-tool-results.ts';

test('whatever came, each call is followed by exactly one result, in order and first', () => {
  fc.assert(
    fc.property(arbitraryConversation(), (conversation) => {
      const messages = normaliseMessages(
        repairToolResults(normaliseMessages(conversation.messages), new WarningList()),
      );
      for (const [at, message] of messages.entries()) {
        const calls = message.parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
        const next = messages[at + 1]?.parts ?? [];
        const head = next
          .slice(0, calls.length)
          .map((part) => (part.type === 'tool-result' ? part.callId : ''));
        assert.deepEqual(head, calls);
        const before = messages[at - 1]?.parts.filter((part) => part.type === 'tool-call').length ?? 0;
        const results = message.parts.filter((part) => part.type === 'tool-result').length;
        assert.equal(results, message.role === 'user' ? before : 0);
      }
    }),
  );
});

test('a conversation in order is left as it is, without a warning', () => {
  const warnings = new WarningList();
  const messages = [
    {
      role: 'assistant',
      parts: [{ type: 'tool-call', id: 'a', name: 'f', input: { kind: 'json', text: '' } }],
    },
    { role: 'user', parts: [{ type: 'tool-result', callId: 'a', content: [], isError: false }] },
  ] as const;
  assert.deepEqual(repairToolResults(messages, warnings), messages);
  assert.deepEqual(warnings.list, []);
});
