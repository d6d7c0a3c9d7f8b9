/** The program that calls us, guessed from its headers. */
export interface Client {
  readonly name: ClientName;
  readonly version: string | undefined;
  /** The client's own session id, where it sends one. */
  readonly session: string | undefined;
  /** Set when a subagent speaks. */
  readonly agentId: string | undefined;
  readonly agentType: string | undefined;
}

export type ClientName =
  | 'claude-code'
  | 'qwen-code'
  | 'opencode'
  | 'codex'
  | 'gemini-cli'
  | 'openclaw'
  | 'hermes'
  | 'copilot'
  | 'anthropic-sdk'
  | 'openai-sdk'
  | 'other';
