import type { Secret } from '../../lib/secret.ts';

/** Where spans go, which requests get some, and what they say. */
export interface TracingSettings {
  /** What holds until somebody switches at run time. */
  readonly enabled: boolean;
  readonly protocol: 'http/protobuf' | 'grpc';
  /** Complete: with http/protobuf it ends in the path that takes spans. */
  readonly url: string;
  readonly headers: readonly TracingHeader[];
  readonly serviceName: string;
  /** What is said of this gateway as a whole, beside its name. */
  readonly resource: Readonly<Record<string, string>>;
  /** Whether messages and tool calls are shown. */
  readonly content: boolean;
  /** The most text of one request and its answer, in bytes. */
  readonly contentLimit: number;
  readonly conventions: 'openinference' | 'genai' | 'both';
  readonly sampler: Sampling;
  /** The most spans that wait to be sent; more are dropped. */
  readonly queue: number;
  /** The most spans in one message to the collector. */
  readonly batch: number;
  /** The longest a span waits for others to go with it. Milliseconds. */
  readonly delay: number;
  /** How long a collector may take for one message, tries included. Milliseconds. */
  readonly timeout: number;
}

export interface TracingHeader {
  readonly name: string;
  readonly value: Secret;
}

/** Which requests are traced. */
export interface Sampling {
  /** Whether a caller that traces itself has decided already. */
  readonly followsParent: boolean;
  /** The share of the others, 0 to 1. */
  readonly ratio: number;
}
