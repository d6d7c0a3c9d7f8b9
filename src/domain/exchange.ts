import type { AttemptRecord } from './attempt.ts';
import type { Client } from './client.ts';
import type { ContentFacts } from './content-facts.ts';
import type { CallerCredential } from './credential.ts';
import type { Decision } from './decision.ts';
import type { ErrorCode } from './errors.ts';
import type { Format, Operation } from './format.ts';
import type { RawHeaders } from './headers.ts';
import type { Target } from './target.ts';
import type { Warning } from './warning.ts';

/** A client's request as it was received: bytes and headers, credentials already taken off. */
export interface InboundRequest {
  readonly id: string;
  readonly method: string;
  /** Path without query, as it came. */
  readonly path: string;
  /** Query with its question mark, or `''`. */
  readonly query: string;
  /** Without hop-by-hop headers, credentials and everything that is ours. */
  readonly headers: RawHeaders;
  readonly body: Buffer;
  readonly credential: CallerCredential | undefined;
  readonly client: Client;
  /** Ids of the gateways this request has already passed. */
  readonly hops: readonly string[];
  /** Labels from `x-switchyard-project` and `x-switchyard-user`. */
  readonly labels: Labels;
  /** The name of the client key that was shown; absent without one. Unlike a label it cannot be chosen by the caller. */
  readonly clientKey?: string | undefined;
  /** Whose trace the request belongs to; absent where the caller traces nothing. */
  readonly traceContext?: TraceContext | undefined;
  readonly callerIsLoopback: boolean;
  /** Wall clock, milliseconds. */
  readonly receivedAt: number;
  /** Monotonic, milliseconds; durations of this exchange count from here. */
  readonly startedAt: number;
  /** How long the body took to come; 0 when absent. */
  readonly uploadMs?: number | undefined;
}

/** The headers of W3C Trace Context and Baggage as they came. They go on only to providers that may know of them. */
export interface TraceContext {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly baggage: string | undefined;
}

/** What a request asks for, read from its path. */
export interface RequestKind {
  readonly format: Format;
  readonly operation: Operation;
}

/** What is known about a request's content without decoding it in full. */
export interface RequestFacts {
  /** The model the client asked for. */
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly maxTokens: number | undefined;
  /** Sampling as the client asked for it, where it stands at the top of the body. */
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** Text of a `<CCR-SUBAGENT-MODEL>` tag in system text or the first user text. */
  readonly subagentTag: string | undefined;
  /** Where the model values stand in the body, quotes included. */
  readonly modelSpans: readonly Span[];
  /** The request offers the model tools. */
  readonly offersTools: boolean;
  /** The model must call a tool: an answer without a call is of no use to the client. */
  readonly requiresTool: boolean;
  /** Set when the scan was asked to look deeper. */
  readonly content: ContentFacts | undefined;
}

/** A range of bytes, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ExchangeOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number; readonly error: ErrorCode }
  | { readonly kind: 'broken'; readonly status: number; readonly error: ErrorCode }
  | { readonly kind: 'aborted' };

/** A conversation that went to another target than before, although its prompt was cached there. */
export interface Reroute {
  readonly from: Target;
  readonly to: Target;
  /** Prompt tokens that were cached there, and were not read from a cache here. */
  readonly lostTokens: number;
}

/** One finished exchange, with its attempts; handed to every recorder exactly once. */
export interface ExchangeRecord {
  readonly id: string;
  readonly receivedAt: number;
  readonly totalMs: number;
  /** Part of `totalMs`: the upload of the body, and waits for room and between tries. 0 when absent. */
  readonly waitedMs?: number | undefined;
  readonly kind: RequestKind;
  readonly client: Client;
  readonly requestedModel: string | undefined;
  readonly stream: boolean;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly decision: Decision | undefined;
  readonly attempts: readonly AttemptRecord[];
  readonly outcome: ExchangeOutcome;
  /** Set where the conversation left a prompt cache behind. */
  readonly reroute?: Reroute | undefined;
  readonly labels: Labels;
  /** What translation left out or changed; nothing where none took place. */
  readonly warnings?: readonly Warning[] | undefined;
  /** The folder the client works in, where somebody wants to see it and the client tells its model. */
  readonly workspace?: string | undefined;
  /** The kind of work, where it was recognised: `image`, `web_search`, `long_context`, `think`, … */
  readonly task?: string | undefined;
}

/** Who or what a request is to be charged to, as the caller says. */
export interface Labels {
  readonly project: string | undefined;
  readonly user: string | undefined;
}
