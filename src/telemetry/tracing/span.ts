/** A finished span, as plain facts: it is made when all of them are known. */
export interface Span {
  readonly name: string;
  readonly kind: SpanKind;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parent: { readonly spanId: string; readonly isRemote: boolean } | undefined;
  /** Wall clock, milliseconds. */
  readonly startedAt: number;
  readonly totalMs: number;
  readonly status: SpanStatus;
  readonly attributes: SpanAttributes;
}

type SpanKind = 'server' | 'client';

export interface SpanStatus {
  readonly code: 'unset' | 'ok' | 'error';
  readonly message?: string;
}

export type SpanValue = string | number | boolean | readonly string[];

/** Name, value, name, value: a list costs a fraction of an object with fifty members. */
export type SpanAttributes = readonly SpanValue[];
