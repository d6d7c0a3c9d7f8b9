import type { AttemptIntent } from '../../domain/ledger.ts';
import type {
  UpstreamFailure,
  UpstreamHandler,
  UpstreamHead,
  UpstreamRequest,
} from '../../transport/upstream.ts';
import type { BodyCopy } from './body-copy.ts';

interface AttemptCaptureInput {
  readonly intent: AttemptIntent;
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  readonly copies: { readonly request: BodyCopy; readonly answer: BodyCopy };
}

/** Stands between the transport and an attempt, and copies the provider's answer. */
export class AttemptCapture implements UpstreamHandler {
  readonly intent: AttemptIntent;
  readonly upstream: UpstreamRequest;
  readonly request: BodyCopy;
  readonly answer: BodyCopy;
  head: UpstreamHead | undefined;
  readonly #handler: UpstreamHandler;

  constructor(input: AttemptCaptureInput) {
    this.intent = input.intent;
    this.upstream = input.request;
    this.request = input.copies.request;
    this.answer = input.copies.answer;
    this.#handler = input.handler;
  }

  onHead(head: UpstreamHead): void {
    this.head = head;
    this.#handler.onHead(head);
  }

  onData(chunk: Buffer): void {
    this.answer.add(chunk);
    this.#handler.onData(chunk);
  }

  onEnd(): void {
    this.#handler.onEnd();
  }

  onError(failure: UpstreamFailure): void {
    this.#handler.onError(failure);
  }
}
