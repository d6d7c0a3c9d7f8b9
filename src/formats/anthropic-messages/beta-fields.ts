/**
 * Which request fields belong to which value of the `anthropic-beta` header. Value and fields travel together: a
 * field whose beta is missing is a 400 ("Extra inputs are not permitted"), so where the value is taken out, the
 * fields go too. Betas that are not listed here have no fields, or none that may be taken out.
 */

export interface BetaFields {
  /** Members that go, as paths of a PruneRule. */
  readonly members?: readonly string[];
  /** Tool definitions that go as a whole: those whose type begins so. */
  readonly toolTypes?: readonly string[];
  /** Tool definitions that go as a whole, by name. */
  readonly toolNames?: readonly string[];
  /** References to deferred tools, inside tool results, become text. */
  readonly toolReferences?: true;
}

/**
 * By the name of the beta without its date. Not in the table on purpose: `mid-conversation-system` (its messages
 * are content, which is never dropped for a header's sake), `compact` and `files-api` (content as well).
 */
export const BETA_FIELDS: ReadonlyMap<string, BetaFields> = new Map<string, BetaFields>([
  ['context-management', { members: ['context_management'] }],
  ['effort', { members: ['output_config.effort'] }],
  ['structured-outputs', { members: ['output_config.format', 'output_format'] }],
  ['task-budgets', { members: ['output_config.task_budget'] }],
  [
    'advanced-tool-use',
    {
      members: ['tools[].defer_loading', 'tools[].input_examples', 'tools[].allowed_callers'],
      toolTypes: ['tool_search_tool_'],
      toolNames: ['DeferredToolPlaceholder'],
      toolReferences: true,
    },
  ],
  ['per-turn-control', { members: ['messages[].output_config'] }],
  ['mid-conversation-output-config', { members: ['messages[].output_config'] }],
  ['mid-conversation-system-clear-at', { members: ['messages[].clear_at'] }],
  ['dangerous-tool-use', { members: ['safeguards'] }],
  ['fast-mode', { members: ['speed'] }],
  ['mcp-client', { members: ['mcp_servers'], toolTypes: ['mcp_toolset'] }],
  ['advisor-tool', { toolTypes: ['advisor_'] }],
  ['server-side-fallback', { members: ['fallbacks'] }],
  ['fallback-credit', { members: ['fallback_credit_token'] }],
  ['message-threads', { members: ['thread'] }],
  ['skills', { members: ['container.skills'] }],
  ['thinking-binding-controls', { members: ['thinking.block_binding'] }],
  ['thinking-display-updates', { members: ['thinking.display'] }],
  [
    'prompt-caching-scope',
    {
      members: [
        'system[].cache_control.scope',
        'tools[].cache_control.scope',
        'messages[].content[].cache_control.scope',
      ],
    },
  ],
]);

/** A member that is never taken out silently: it restricts what the model may do. */
export const GUARDED_MEMBER = 'safeguards';

/** `context-1m-2025-08-07` → `context-1m`. */
export function betaName(value: string): string {
  return value.replace(/-\d{4}-\d{2}-\d{2}$/, '');
}
