/** What spans show of a conversation: as much of it as fits, with what is recognised as a secret blacked out. */
export interface SpanContent {
  readonly messages: readonly SpanMessage[];
  readonly tools: readonly SpanTool[];
  readonly answer: SpanMessage | undefined;
  /** Why the model stopped, in the provider's words. */
  readonly finishReason: string | undefined;
  /** How much text there is, in characters. */
  readonly size: number;
}

export interface SpanMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Thoughts the model showed before it spoke. */
  readonly reasoning?: string;
  readonly calls: readonly SpanCall[];
  /** The call a result answers. */
  readonly callId?: string;
}

export interface SpanCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface SpanTool {
  readonly name: string;
  /** Its whole definition as JSON text. */
  readonly definition: string;
}
