import type { JsonObject, JsonValue } from './json-value.ts';
import type { CacheHint, VendorValue } from './message-part.ts';

/** What the model may call. Names are the client's; the encoder of a target maps those it cannot take. */
export type Tool = FunctionTool | CustomTool | ServerTool;

export interface FunctionTool {
  readonly type: 'function';
  readonly name: string;
  /** Responses' namespace: the tool is called as a member of it. */
  readonly namespace?: string;
  readonly description: string | undefined;
  /** JSON Schema of the arguments, as the client wrote it. */
  readonly parameters: JsonObject;
  readonly strict?: boolean;
  /** Not shown to the model before a tool reference names it. */
  readonly deferred?: true;
  readonly examples?: readonly JsonValue[];
  readonly cache?: CacheHint;
  /** Set when the client named a built-in (`bash_20250124`) whose schema the vendor keeps. */
  readonly builtin?: VendorValue<JsonObject>;
}

/** A tool that takes free text, perhaps bound by a grammar. */
export interface CustomTool {
  readonly type: 'custom';
  readonly name: string;
  readonly namespace?: string;
  readonly description: string | undefined;
  readonly grammar: { readonly syntax: string; readonly definition: string } | undefined;
}

/** A tool the provider runs by itself. */
export interface ServerTool {
  readonly type: 'server';
  readonly kind: ServerToolKind;
  /** As the client calls it: `web_search`. */
  readonly name: string;
  readonly webSearch?: WebSearchSettings;
  readonly vendor: VendorValue<JsonObject>;
}

export type ServerToolKind =
  | 'web-search'
  | 'web-fetch'
  | 'code-execution'
  | 'tool-search'
  | 'computer'
  | 'other';

interface WebSearchSettings {
  readonly maxUses: number | undefined;
  readonly allowedDomains: readonly string[];
  readonly blockedDomains: readonly string[];
  readonly userLocation: JsonObject | undefined;
}

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  /** Any tool, but one must be called. */
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string }
  | { readonly type: 'allowed'; readonly mode: 'auto' | 'required'; readonly names: readonly string[] };

/** What the client calls a tool, found by the name it was sent under. */
export interface ClientTool {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The type under which the client named a tool of its vendor; calls of it may have a shape of their own. */
  readonly builtin?: string;
  /** A free-text tool that was sent as a function with one string `input`; it comes back as free text. */
  readonly unwrap: boolean;
}
