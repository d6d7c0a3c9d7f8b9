import type { AttemptRecord } from '../../domain/attempt.ts';
import type { Format } from '../../domain/format.ts';
import type { ClientTool } from '../../domain/tool.ts';

/** An answer as it came over the wire, not yet read. */
export interface WireSide {
  /** The provider's format. */
  readonly format: Format;
  /** What the client calls the tools, by the names they were sent under; those not in it keep theirs. */
  readonly tools: ReadonlyMap<string, ClientTool>;
  /** Given up to whoever reads it; `undefined` when there is no whole answer, or it was longer than what is kept. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** The same with what is known of the try that brought it. */
export interface WireAnswer extends WireSide {
  readonly attempt: AttemptRecord;
}
