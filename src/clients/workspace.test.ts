import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ClientName } from '../domain/client.ts';
import { workspaceIn } from './workspace.ts';

/** The words of the clients themselves, as they were seen in requests. */
const TOLD: readonly [client: ClientName, text: string, expected: string | undefined][] = [
  [
    'claude-code',
    'the following environment: \n - Primary working directory: /home/me/my project\n - Is a',
    'my project',
  ],
  ['claude-code', ' - Primary working directory: C:\\Users\\me\\new\n - Is a', 'new'],
  ['codex', '<environment_context>\n  <cwd>/tmp/ao/work</cwd>\n  <shell>bash', 'work'],
  ['gemini-cli', '- **Workspace Directories:**\n  - /tmp/ao/work\n- **Directory Stru', 'work'],
  ['opencode', '<env>\n  Working directory: /tmp/ao/place/\n  Workspace root', 'place'],
  ['qwen-code', "I'm currently working in the directory: /tmp/ao/wörk\nHere is the folder", 'wörk'],
  ['claude-code', ' - Primary working directory: /\n - Is a', undefined],
  ['other', 'nothing is said', undefined],
];

for (const [client, text, expected] of TOLD)
  test(`the folder ${client} names in ${JSON.stringify(text.slice(-32))} is ${expected}`, () => {
    const body = Buffer.from(JSON.stringify({ system: [{ type: 'text', text }] }));
    assert.equal(workspaceIn(body, client), expected);
  });

test('no bytes make it fail, and what it finds is one name', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const body = Buffer.concat([Buffer.from('working directory: '), bytes]);
      assert.doesNotMatch(workspaceIn(body, 'other') ?? '', /[\\/]/);
    }),
  );
});
