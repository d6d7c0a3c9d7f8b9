/** A connection that is not made, or not undone. Nothing was changed when it is thrown. */
export class ConnectRefused extends Error {
  /** What the user can do. */
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ConnectRefused';
    this.remedy = remedy;
  }
}
