import type { ErrorCode } from '../../../domain/errors.ts';
import type { ClientTool } from '../../../domain/tool.ts';
import type { AnswerContext } from '../../../formats/codec.ts';
import type { RequestTranslation, TranslatedRequest } from '../../../formats/translate.ts';

/** To the thread: a translation without the functions in it, which cannot go to another thread. */
export interface TranslatorRequest {
  readonly number: number;
  readonly input: Omit<RequestTranslation, 'body' | 'target' | 'answer'> & {
    readonly body: Uint8Array;
    readonly target: Omit<RequestTranslation['target'], 'isOwnSignature'>;
    readonly answer: Omit<RequestTranslation['answer'], 'newId'>;
  };
}

/** The same on the way back. */
export interface CopiedTranslation extends Omit<TranslatedRequest, 'body' | 'context'> {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly context: Omit<AnswerContext, 'newId' | 'toolNames'>;
  /** What the client calls its tools, by the names they are sent under. */
  readonly clients: ReadonlyMap<string, ClientTool>;
}

/** From the thread. */
export type TranslatorReply =
  | { readonly kind: 'sent'; readonly number: number; readonly sent: CopiedTranslation }
  | {
      readonly kind: 'refused';
      readonly number: number;
      readonly code: ErrorCode;
      readonly message: string;
    };
