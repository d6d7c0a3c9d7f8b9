import assert from 'node:assert/strict';
import test from 'node:test';
import type { ProviderFilters } from '../../domain/provider.ts';
import { inspect } from './inspect.ts';
import { patch } from './patch.ts';
import type { PatchResult } from '../wire-format.ts';

const KEEP: ProviderFilters = { betas: { kind: 'keep' }, thinking: 'keep', billingHeader: 'keep' };
const THIRD_PARTY: ProviderFilters = {
  betas: { kind: 'allow', values: [] },
  thinking: 'foreign',
  billingHeader: 'remove',
};

interface Case {
  readonly body: unknown;
  readonly betas?: string;
  readonly filters?: Partial<ProviderFilters>;
  readonly model?: string;
  readonly own?: readonly string[];
}

function run({ body, betas, filters, model, own = [] }: Case): PatchResult {
  const bytes = Buffer.from(JSON.stringify(body));
  return patch({
    body: bytes,
    headers: betas === undefined ? [] : ['anthropic-beta', betas],
    facts: inspect(bytes),
    model,
    filters: { ...KEEP, ...filters },
    isOwnSignature: (signature) => own.includes(signature),
  });
}

function bodyAfter(input: Case): unknown {
  return JSON.parse(run(input).body.toString());
}

/** A body with this one beta's field taken out by a filter that allows nothing. */
function without(beta: string, body: unknown): unknown {
  return bodyAfter({ body, betas: beta, filters: { betas: { kind: 'allow', values: [] } } });
}

const USER = { role: 'user', content: 'hi' };

test('with filters that keep everything the body passes as the very same buffer', () => {
  const body = Buffer.from(
    '{"model":"a","safeguards":[1],"messages":[{"role":"assistant","content":[{"type":"thinking"}]}]}',
  );
  const headers = ['anthropic-beta', 'dangerous-tool-use-2026-09-03'];
  const input = { body, headers, facts: inspect(body), filters: KEEP, isOwnSignature: (): boolean => false };
  const same = patch({ ...input, model: undefined });
  assert.equal(same.body, body);
  assert.equal(same.headers, headers);
  const renamed = patch({ ...input, model: 'b' });
  assert.equal(renamed.body.toString(), body.toString().replace('"a"', '"b"'));
  assert.deepEqual(renamed.removed, []);
});

for (const [beta, before, after] of [
  ['context-management-2025-06-27', { context_management: { edits: [] }, x: 1 }, { x: 1 }],
  ['effort-2025-11-24', { output_config: { effort: 'high', format: {} } }, { output_config: { format: {} } }],
  ['effort-2025-11-24', { output_config: { effort: 'high' }, x: 1 }, { x: 1 }],
  [
    'structured-outputs-2025-12-15',
    { output_format: {}, output_config: { format: {}, effort: 'low' } },
    { output_config: { effort: 'low' } },
  ],
  ['task-budgets-2026-03-13', { output_config: { task_budget: {} }, x: 1 }, { x: 1 }],
  ['fast-mode-2026-02-01', { speed: 'fast', x: 1 }, { x: 1 }],
  [
    'mcp-client-2025-11-20',
    { mcp_servers: [{}], tools: [{ type: 'mcp_toolset', mcp_server_name: 'a' }, { name: 'b' }] },
    { tools: [{ name: 'b' }] },
  ],
  [
    'advanced-tool-use-2025-11-20',
    {
      tools: [
        { name: 'DeferredToolPlaceholder', defer_loading: true, input_schema: {} },
        { name: 'Bash', input_schema: { properties: { defer_loading: {} } }, defer_loading: true },
        { input_examples: [{}], name: 'Read' },
        { type: 'tool_search_tool_bm25_20251119', name: 'tool_search' },
      ],
    },
    { tools: [{ name: 'Bash', input_schema: { properties: { defer_loading: {} } } }, { name: 'Read' }] },
  ],
  [
    'per-turn-control-2026-07-01',
    {
      output_config: { effort: 'low' },
      messages: [USER, { role: 'system', content: 'x', output_config: {} }],
    },
    { output_config: { effort: 'low' }, messages: [USER, { role: 'system', content: 'x' }] },
  ],
  [
    'mid-conversation-system-2026-04-07',
    { messages: [USER, { role: 'system', content: 'kept' }] },
    { messages: [USER, { role: 'system', content: 'kept' }] },
  ],
  [
    'prompt-caching-scope-2026-01-05',
    { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', scope: 'global' } }] },
    { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
  ],
  ['skills-2025-10-02', { container: { id: 'c', skills: [] } }, { container: { id: 'c' } }],
  [
    'thinking-binding-controls-2026-08-01',
    { thinking: { type: 'adaptive', block_binding: {} } },
    { thinking: { type: 'adaptive' } },
  ],
  [
    'advisor-tool-2026-03-01',
    { tools: [{ type: 'advisor_20260301' }, { name: 'a' }] },
    { tools: [{ name: 'a' }] },
  ],
  ['interleaved-thinking-2025-05-14', { thinking: { type: 'enabled' } }, { thinking: { type: 'enabled' } }],
] as const) {
  test(`T49: taking out ${beta} takes out its fields and nothing else (${Object.keys(before).join(', ')})`, () => {
    assert.deepEqual(without(beta, before), after);
  });
}

test('a field stays when its beta stays, and when its beta was never sent', () => {
  const body = { context_management: {}, speed: 'fast', output_config: { effort: 'high' } };
  const betas = 'context-management-2025-06-27,effort-2025-11-24';
  const filters = { betas: { kind: 'deny', values: ['effort'] } } as const;
  assert.deepEqual(bodyAfter({ body, betas, filters }), { context_management: {}, speed: 'fast' });
  assert.deepEqual(bodyAfter({ body, filters: { betas: { kind: 'allow', values: [] } } }), body);
});

test('a field that a beta which stays brings as well is kept', () => {
  const body = { messages: [{ role: 'user', content: 'a', output_config: {} }], mcp_servers: [1] };
  const betas =
    'per-turn-control-2026-07-01,mid-conversation-output-config-2026-07-01,mcp-client-2025-04-04,mcp-client-2025-11-20';
  const filters = { betas: { kind: 'deny', values: ['per-turn-control', 'mcp-client-2025-04-04'] } } as const;
  assert.deepEqual(bodyAfter({ body, betas, filters }), body);
});

test('T45: safeguards never vanish silently: the request is refused by naming them', () => {
  const input: Case = {
    body: { safeguards: [{ type: 'x' }], model: 'm' },
    betas: 'dangerous-tool-use-2026-09-03',
    filters: { betas: { kind: 'allow', values: [] } },
  };
  assert.throws(() => run(input), { code: 'capability_rejected', message: /"safeguards"/ });
  assert.doesNotThrow(() =>
    run({ ...input, filters: { betas: { kind: 'allow', values: ['dangerous-tool-use'] } } }),
  );
});

test('a tool reference becomes text when deferred tools are taken out, so that no tool result is left empty', () => {
  const result = (content: unknown): object => ({
    messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] }],
  });
  assert.deepEqual(
    without('advanced-tool-use-2025-11-20', result([{ type: 'tool_reference', tool_name: 'Web"Fetch' }])),
    result([{ type: 'text', text: 'The tool Web"Fetch is available.' }]),
  );
  assert.deepEqual(without('advanced-tool-use-2025-11-20', result('plain')), result('plain'));
});

const THINKING = [
  { type: 'thinking', thinking: 'a', signature: 'own' },
  { type: 'thinking', thinking: 'b', signature: 'foreign' },
  { type: 'thinking', thinking: 'c' },
  { type: 'redacted_thinking', data: 'sealed' },
  { type: 'text', text: 'thinking' },
];

for (const [mode, own, expected] of [
  ['keep', [], [0, 1, 2, 3, 4]],
  ['foreign', ['own'], [0, 4]],
  ['foreign', ['own', 'sealed'], [0, 3, 4]],
  ['foreign', [], [4]],
  ['all', ['own', 'foreign', 'sealed'], [4]],
] as const) {
  test(`T18: thinking filter ${mode}, own signatures [${own.join(', ')}], leaves blocks ${expected.join(', ')}`, () => {
    const body = { messages: [USER, { role: 'assistant', content: THINKING }, USER] };
    const content = expected.map((index) => THINKING[index]);
    assert.deepEqual(bodyAfter({ body, own, filters: { thinking: mode } }), {
      messages: [USER, { role: 'assistant', content }, USER],
    });
  });
}

test('an assistant message that held nothing but foreign thinking goes as a whole, and the log says so', () => {
  const body = { messages: [USER, { role: 'assistant', content: THINKING.slice(1, 3) }, USER] };
  const result = run({ body, filters: { thinking: 'foreign' } });
  assert.deepEqual(JSON.parse(result.body.toString()), { messages: [USER, USER] });
  assert.deepEqual(result.removed, ['2 thinking blocks', '1 emptied message']);
});

test('thinking inside tool results and tool inputs is data and stays', () => {
  const body = {
    messages: [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'n', input: THINKING[1] }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [THINKING[1]] }] },
    ],
  };
  assert.deepEqual(bodyAfter({ body, filters: { thinking: 'all' } }), body);
});

const BILLING = {
  type: 'text',
  text: 'x-anthropic-billing-header: cc_version=2.1.328.abc; cc_entrypoint=cli;',
};
const PROMPT = { type: 'text', text: 'You are x-anthropic-billing-header' };

test('T38: the billing block goes, so that two conversations share a prefix', () => {
  const filters = { billingHeader: 'remove' } as const;
  assert.deepEqual(bodyAfter({ body: { system: [BILLING, PROMPT] }, filters }), { system: [PROMPT] });
  assert.deepEqual(bodyAfter({ body: { system: [BILLING], x: 1 }, filters }), { x: 1 });
  assert.deepEqual(bodyAfter({ body: { system: BILLING.text }, filters }), { system: BILLING.text });
  const body = { system: [BILLING, PROMPT] };
  assert.deepEqual(bodyAfter({ body }), body);
});

test('T44: what no filter names passes a third party unchanged, byte for byte', () => {
  const text =
    '{ "model":"a" , "future_field":{"x":1.0},"messages":[{"role":"user","content":[{"type":"new_block","n":1e400}]}], "10":1,"2":2}';
  const body = Buffer.from(text);
  const result = patch({
    body,
    headers: ['anthropic-beta', 'future-2027-01-01', 'x', 'y'],
    facts: inspect(body),
    model: undefined,
    filters: THIRD_PARTY,
    isOwnSignature: () => false,
  });
  assert.equal(result.body.toString(), text);
  assert.deepEqual(result.headers, ['x', 'y']);
  assert.deepEqual(result.removed, ['beta future-2027-01-01']);
});

test('all filters and the model work together on one request of Claude Code', () => {
  const result = run({
    model: 'glm-4.7',
    betas:
      'claude-code-20250219,context-management-2025-06-27,advanced-tool-use-2025-11-20,effort-2025-11-24',
    filters: THIRD_PARTY,
    own: ['own'],
    body: {
      context_management: { edits: [] },
      model: 'claude-haiku-4-5',
      output_config: { effort: 'high' },
      system: [BILLING, PROMPT],
      tools: [
        { name: 'DeferredToolPlaceholder', defer_loading: true },
        { name: 'Bash', defer_loading: true },
      ],
      messages: [USER, { role: 'assistant', content: THINKING }, { role: 'user', content: [] }],
      stream: true,
    },
  });
  assert.deepEqual(JSON.parse(result.body.toString()), {
    model: 'glm-4.7',
    system: [PROMPT],
    tools: [{ name: 'Bash' }],
    messages: [
      USER,
      { role: 'assistant', content: [THINKING[0], THINKING[4]] },
      { role: 'user', content: [] },
    ],
    stream: true,
  });
  assert.deepEqual(result.headers, []);
  assert.deepEqual(result.removed, [
    'beta claude-code-20250219',
    'beta context-management-2025-06-27',
    'beta advanced-tool-use-2025-11-20',
    'beta effort-2025-11-24',
    '1 context_management field',
    '1 output_config.effort field',
    '1 billing header block',
    '2 tools[].defer_loading fields',
    '1 tool definition',
    '3 thinking blocks',
  ]);
});
