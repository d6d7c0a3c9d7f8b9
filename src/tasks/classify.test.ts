import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TASKS, type Task } from '../domain/task.ts';
import { classify } from './classify.ts';
import { clues, tool } from './clues.test-data.ts';
import type { TaskClues } from './detector.ts';
import { DEFAULT_TASK_SETTINGS, effortsFrom, type TaskSettings } from './task-settings.ts';

const SETTINGS: TaskSettings = { ...DEFAULT_TASK_SETTINGS, order: TASKS };

function tasksOf(given: TaskClues, changes: Partial<TaskSettings> = {}): Task[] {
  return [...classify(given, { ...SETTINGS, ...changes })].map(({ task }) => task);
}

test('an ordinary request is none of the tasks', () => {
  assert.deepEqual(tasksOf(clues()), []);
});

const AUXILIARY = { requestClass: 'auxiliary' };
const SEARCH = [tool('web_search', 'web_search_20250305')];

const recognised: readonly (readonly [what: string, given: TaskClues, tasks: readonly Task[]])[] = [
  ['an image in the newest turn', clues({}, { images: 'newest-turn' }), ['image']],
  ['an image of an earlier turn', clues({}, { images: 'earlier' }), []],
  [
    "a vendor's own web search as the only tool",
    clues(AUXILIARY, { tools: SEARCH }),
    ['web_search', 'background'],
  ],
  ['a web search by its name', clues({}, { tools: [tool('mcp__brave_search')] }), ['web_search']],
  ['a short name inside a longer word', clues({}, { tools: [tool('run_example')] }), []],
  ['a short name as a word', clues({}, { tools: [tool('mcp__exa__search')] }), ['web_search']],
  ['a forced web search among others', clues({}, { forcedTool: 'WebSearch' }), ['web_search']],
  ['a forced tool of another kind', clues({}, { forcedTool: 'Bash' }), []],
  ['60,001 tokens', clues({ promptTokens: 60_001 }), ['long_context']],
  ['60,000 tokens', clues({ promptTokens: 60_000 }), []],
  ['plan mode by the safeguards', clues({}, { planMode: true }), ['think']],
  ['plan mode by its words', clues({}, { systemText: () => '… plan mode is active. do not' }), ['think']],
  ['a thinking budget at the limit', clues({}, { thinkingBudget: 16_384 }), ['think']],
  ['a thinking budget below it', clues({}, { thinkingBudget: 16_383 }), []],
  ['effort high', clues({}, { effort: 'high' }), []],
  ['effort xhigh', clues({}, { effort: 'xhigh' }), ['think']],
  ['effort max', clues({}, { effort: 'max' }), ['think']],
  ['an effort nobody knows', clues({}, { effort: 'ultra' }), []],
  ['the haiku family', clues({ tier: 'haiku' }), ['background']],
  ['a helper by its class', clues(AUXILIARY), ['background']],
  ['a small answer without tools', clues({ maxTokens: 256 }, { tools: [] }), ['background']],
  ['a small answer with tools', clues({ maxTokens: 256 }), []],
  ['257 tokens without tools', clues({ maxTokens: 257 }, { tools: [] }), []],
  [
    'a limit that stands deep',
    clues({ maxTokens: undefined }, { tools: [], maxTokens: 100 }),
    ['background'],
  ],
  ['a title without tools', clues({}, { tools: [], asksForTitle: true }), ['background']],
  ['a title schema with tools', clues({}, { asksForTitle: true }), []],
  [
    'a title generator by its words',
    clues({}, { tools: [], systemText: () => 'you are a title generator.' }),
    ['background'],
  ],
  ['a subagent', clues({ client: { agentId: 'a', agentType: undefined } }), ['subagent']],
  ['a type without an agent', clues({ client: { agentId: undefined, agentType: 'agent' } }), []],
];

for (const [what, given, tasks] of recognised) {
  test(`${what}: ${tasks.join(', ') || 'no task'}`, () => assert.deepEqual(tasksOf(given), tasks));
}

test('the configured order decides between two that fit, and an unlisted task is not looked for', () => {
  const both = clues({ promptTokens: 90_000 }, { images: 'newest-turn' });
  assert.equal(tasksOf(both)[0], 'image');
  assert.equal(tasksOf(both, { order: ['long_context', 'image'] })[0], 'long_context');
  assert.deepEqual(tasksOf(both, { order: ['think'] }), []);
});

test('every task says what it was recognised by', () => {
  for (const [, given] of recognised)
    for (const { evidence } of classify(given, SETTINGS)) assert.match(evidence, /\w{3}/);
});

test('a session that was over the threshold stays until it is well below', () => {
  const swaying = (promptTokens: number) =>
    tasksOf(clues({ promptTokens, previous: 'long_context' }), { order: ['long_context'] });
  assert.deepEqual(swaying(59_000), ['long_context']);
  assert.deepEqual(swaying(48_001), ['long_context']);
  assert.deepEqual(swaying(48_000), []);
});

test('with the whole history in scope, an earlier image keeps the conversation', () => {
  const image = { scope: 'whole-history' } as const;
  assert.deepEqual(tasksOf(clues({}, { images: 'earlier' }), { image }), ['image']);
});

test('efforts count from the configured one upwards', () => {
  assert.deepEqual([...effortsFrom('high')], ['high', 'xhigh', 'max']);
});

test('whoever takes the first task does not pay for the others', () => {
  const systemText = () => assert.fail('the system text was decoded for nothing');
  const [first] = classify(clues({}, { images: 'newest-turn', systemText }), SETTINGS);
  assert.equal(first?.task, 'image');
});
