import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamPart } from '../../domain/stream-part.ts';
import type { CustomTool } from '../../domain/tool.ts';
import { UNKNOWN_USAGE } from '../../domain/usage.ts';
import { mapToolNames } from './map-tool-names.ts';
import { restoreTools, ToolRestorer } from './restore-tools.ts';

const PATCH: CustomTool = {
  type: 'custom',
  name: 'apply.patch',
  namespace: 'files',
  description: undefined,
  grammar: undefined,
};
const NAMES = mapToolNames([PATCH], { limit: 64, wrapCustom: true });
const SENT = NAMES.toSent('apply.patch', 'files');

function stream(pieces: readonly string[]): readonly StreamPart[] {
  const restorer = new ToolRestorer(NAMES);
  const parts: StreamPart[] = [
    { type: 'tool-call-start', index: 0, id: 'a', name: SENT, input: 'json' },
    ...pieces.map((text): StreamPart => ({ type: 'tool-call-delta', index: 0, text })),
    { type: 'tool-call-end', index: 0 },
    { type: 'ping' },
  ];
  return parts.flatMap((part) => restorer.push(part));
}

test('the arguments of a stand-in function become the free text of the tool, in a stream', () => {
  assert.deepEqual(stream(['{"inp', 'ut":"*** Begin\\n', 'x"}']), [
    { type: 'tool-call-start', index: 0, id: 'a', name: 'apply.patch', namespace: 'files', input: 'text' },
    { type: 'tool-call-delta', index: 0, text: '*** Begin\nx' },
    { type: 'tool-call-end', index: 0 },
    { type: 'ping' },
  ]);
});

test('arguments of another shape are passed on as they are', () => {
  const deltas = stream(['{"other":1}']).filter((part) => part.type === 'tool-call-delta');
  assert.deepEqual(deltas, [{ type: 'tool-call-delta', index: 0, text: '{"other":1}' }]);
});

test('the same in a whole answer', () => {
  const call = {
    type: 'tool-call',
    id: 'a',
    name: SENT,
    input: { kind: 'json', text: '{"input":"x"}' },
  } as const;
  const answer = {
    id: '',
    model: '',
    parts: [call],
    stop: { kind: 'tool-call', raw: '' },
    usage: UNKNOWN_USAGE,
  } as const;
  assert.deepEqual(restoreTools(answer, NAMES).parts, [
    {
      type: 'tool-call',
      id: 'a',
      name: 'apply.patch',
      namespace: 'files',
      input: { kind: 'text', text: 'x' },
    },
  ]);
});
