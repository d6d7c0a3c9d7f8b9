/**
 * What stands inside a request, below its top-level members, in one meaning for all formats. Read only when a
 * configured route depends on it: see `ContentReader` in `formats/`.
 */
export interface ContentFacts {
  /** Bytes of conversation, system text and tools as they stand in the body, attachments left out. */
  readonly textBytes: number;
  /** Images and files, anywhere in the conversation. */
  readonly attachments: number;
  /** `newest-turn`: after the model's last answer, tool results included; `earlier`: only before it. */
  readonly images: 'none' | 'earlier' | 'newest-turn';
  readonly tools: readonly ToolFact[];
  /** The one tool the model is told to call. */
  readonly forcedTool: string | undefined;
  /** Tokens the model may think for, where the request says a number. */
  readonly thinkingBudget: number | undefined;
  /** How hard to think, in the vendor's word: `low`, `high`, `xhigh`, … */
  readonly effort: string | undefined;
  /** Limit of the answer, where it stands too deep for the first scan (Gemini). */
  readonly maxTokens: number | undefined;
  /** The end of the newest system message, or else of the system text; lower case, as it stands in the body. */
  readonly systemText: () => string;
  /** The client says that its user is in plan mode. */
  readonly planMode: boolean;
  /** The answer must be an object with a title: how clients name their sessions. */
  readonly asksForTitle: boolean;
}

/** A tool that the request offers. `type` is set where it is more than a plain function. */
export interface ToolFact {
  readonly name: string;
  readonly type: string | undefined;
}
