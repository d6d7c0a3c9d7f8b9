/** Bytes from a provider that are not an HTTP/1.1 answer to our request. */
export class Http1AnswerError extends Error {
  readonly code = 'ERR_HTTP1_ANSWER';

  /** @param what is wrong with the answer, as the end of a sentence: `its status line is not HTTP/1.1` */
  constructor(what: string) {
    super(`the answer is not valid HTTP/1.1: ${what}`);
    this.name = 'Http1AnswerError';
  }
}
