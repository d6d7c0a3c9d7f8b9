import type {
  CapturedAnswer,
  CapturedAttempt,
  CapturedExchange,
  CapturedRequest,
  RawBody,
} from '../../domain/capture.ts';
import type { SecretHeader } from '../../domain/credential.ts';
import type { InboundRequest } from '../../domain/exchange.ts';
import { headerValue, type RawHeaders } from '../../domain/headers.ts';
import type { AttemptIntent } from '../../domain/ledger.ts';
import type { UpstreamHandler, UpstreamRequest } from '../../transport/upstream.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { AttemptCapture } from './attempt-capture.ts';
import { BodyCopy } from './body-copy.ts';
import type { MemoryBudget } from '../../lib/memory-budget.ts';

export interface CaptureLimits {
  readonly maxBodyBytes: number;
  readonly budget: MemoryBudget;
}

/**
 * Copies what passes in one exchange. Everything is copied at once: the bytes of a request are given up while its
 * answer still comes, and those of an answer belong to the socket they were read from.
 */
export class ExchangeCapture {
  readonly #limits: CaptureLimits;
  readonly #request: BodyCopy;
  readonly #answer: BodyCopy;
  readonly #attempts: AttemptCapture[] = [];
  #answerHead: { readonly status: number; readonly headers: RawHeaders } | undefined;

  constructor(inbound: InboundRequest, limits: CaptureLimits) {
    this.#limits = limits;
    this.#request = this.#copyOf(inbound.body);
    this.#answer = this.#copyOf();
  }

  /** The head of the client's answer, as it is going to be sent. */
  begin(status: number, headers: RawHeaders): void {
    this.#answerHead = { status, headers };
  }

  write(chunk: Buffer): void {
    this.#answer.add(chunk);
  }

  /** What was begun does not reach the client. */
  revoke(): void {
    this.#answerHead = undefined;
    this.#answer.clear();
  }

  /** Listens to an attempt that is about to be sent, in front of its own handler. */
  attempt(intent: AttemptIntent, request: UpstreamRequest, handler: UpstreamHandler): UpstreamHandler {
    const copies = { request: this.#copyOf(request.body), answer: this.#copyOf() };
    const attempt = new AttemptCapture({ intent, request, handler, copies });
    this.#attempts.push(attempt);
    return attempt;
  }

  /** The credentials the attempts went out with. */
  get credentials(): readonly SecretHeader[] {
    return this.#attempts.flatMap(({ upstream }) => upstream.credential.headers);
  }

  /** Gives the memory back: nothing is to be kept. */
  discard(): void {
    for (const copy of this.#copies()) copy.clear();
  }

  /** All of it, equal bodies once. */
  finish({ inbound, kind, outcome }: OpenExchange): CapturedExchange<RawBody> {
    const bodies = new DistinctBodies();
    const request: CapturedRequest = {
      method: inbound.method,
      path: inbound.path + inbound.query,
      headers: inbound.headers,
      body: bodies.add(
        this.#request,
        kind.operation === 'passthrough' ? encodingOf(inbound.headers) : undefined,
      ),
    };
    const attempts = this.#attempts.map((attempt) => capturedAttempt(attempt, bodies));
    return {
      id: inbound.id,
      receivedAt: inbound.receivedAt,
      format: kind.format,
      operation: kind.operation,
      outcome: outcome?.kind ?? 'aborted',
      request,
      attempts,
      answer: this.#answerHead && answerOf(this.#answerHead, this.#answer, bodies),
      bodies: bodies.all,
    };
  }

  #copyOf(bytes?: Buffer): BodyCopy {
    const copy = new BodyCopy(this.#limits.maxBodyBytes, this.#limits.budget);
    if (bytes !== undefined) copy.add(bytes);
    return copy;
  }

  #copies(): BodyCopy[] {
    return [
      this.#request,
      this.#answer,
      ...this.#attempts.flatMap(({ request, answer }) => [request, answer]),
    ];
  }
}

function capturedAttempt(attempt: AttemptCapture, bodies: DistinctBodies): CapturedAttempt {
  const { intent, upstream, request, head, answer } = attempt;
  const credential = upstream.credential.headers.flatMap(({ name, value }) => [name, value.toString()]);
  return {
    id: intent.id,
    provider: intent.provider,
    origin: intent.origin,
    request: {
      method: upstream.method,
      path: upstream.path,
      headers: [...upstream.headers, ...credential],
      body: bodies.add(request, encodingOf(upstream.headers)),
    },
    answer: head && answerOf(head, answer, bodies),
  };
}

function answerOf(
  { status, headers }: { readonly status: number; readonly headers: RawHeaders },
  copy: BodyCopy,
  bodies: DistinctBodies,
): CapturedAnswer {
  return { status, headers, body: bodies.add(copy, encodingOf(headers)) };
}

function encodingOf(headers: RawHeaders): string | undefined {
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** Bodies by their place in a list; one that passed twice stands there once. */
class DistinctBodies {
  readonly all: RawBody[] = [];
  readonly #copies: BodyCopy[] = [];

  add(copy: BodyCopy, encoding: string | undefined): number {
    const known = this.#copies.findIndex((other, index) => {
      return this.all[index]?.encoding === encoding && other.equals(copy);
    });
    if (known !== -1) {
      copy.clear();
      return known;
    }
    this.#copies.push(copy);
    return this.all.push(copy.body(encoding)) - 1;
  }
}
