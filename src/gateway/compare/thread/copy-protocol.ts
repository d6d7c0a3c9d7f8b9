import type { ErrorCode } from '../../../domain/errors.ts';
import type { PairReading } from '../../../domain/pair.ts';
import type { ClientTool } from '../../../domain/tool.ts';
import type { AnswerContext } from '../../../formats/codec.ts';
import type { RequestTranslation, TranslatedRequest } from '../../../formats/translate.ts';
import type { WireSide } from '../wire-side.ts';

/** A translation without the functions in it, which cannot go to another thread. */
export interface PlainTranslation extends Omit<RequestTranslation, 'body' | 'target' | 'answer'> {
  readonly body: Uint8Array;
  readonly target: Omit<RequestTranslation['target'], 'isOwnSignature'>;
  readonly answer: Omit<RequestTranslation['answer'], 'newId'>;
}

/** The same on the way back. */
export interface PlainTranslated extends Omit<TranslatedRequest, 'body' | 'context'> {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly context: Omit<AnswerContext, 'newId' | 'toolNames'>;
  /** What the client calls its tools, by the names they are sent under. */
  readonly clients: ReadonlyMap<string, ClientTool>;
}

export type CopyJob =
  | { readonly kind: 'translate'; readonly input: PlainTranslation }
  | { readonly kind: 'read'; readonly primary: WireSide; readonly shadow: WireSide };

export type CopyResult =
  | { readonly kind: 'translated'; readonly sent: PlainTranslated }
  | { readonly kind: 'read'; readonly reading: PairReading }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

/** To the thread, and from it. */
export type CopyRequest = CopyJob & { readonly number: number };
export type CopyReply = CopyResult & { readonly number: number };
