import type { Buffer } from 'node:buffer';
import type { AnswerFailure } from '../domain/answer.ts';
import type { Format } from '../domain/format.ts';
import type { RawHeaders } from '../domain/headers.ts';
import type { RequestShape } from '../domain/request-shape.ts';
import type { Usage } from '../domain/usage.ts';
import { type Warning, WarningList } from '../domain/warning.ts';
import { capabilityRejected } from './capability.ts';
import type { AnswerContext, ClientRequest, TranslationTarget } from './codec.ts';
import { CODECS, codecOf } from './codecs.ts';
import { decodeWhole } from './decode-whole.ts';
import { unreadable } from './failures.ts';
import { malformed } from './parse-body.ts';
import { estimatePrompt } from './passes/estimate-prompt.ts';
import { dropBrokenCalls, restoreTools } from './passes/restore-tools.ts';
import { shapeConversation } from './shape/shape-conversation.ts';
import { type AnswerTranslation, StreamTranslator } from './stream-translator.ts';
import { warnOfLoss } from './warn-of-loss.ts';

/** Whether a request of one format can be sent to a target of the other. */
export function canTranslate(from: Format, to: Format): boolean {
  return CODECS[from] !== undefined && CODECS[to] !== undefined;
}

export interface RequestTranslation {
  /** The client's format. */
  readonly from: Format;
  readonly body: Buffer;
  readonly client: ClientRequest;
  /** Where it goes; its format is the one to translate to. */
  readonly target: TranslationTarget;
  readonly answer: AnswerSettings;
  /** How the target is asked in another way than the client wrote. */
  readonly shape?: RequestShape | undefined;
  /** `strict` refuses what `lenient` only warns of. */
  readonly policy: 'lenient' | 'strict';
}

/** What the way back takes from outside: settings, time, ids. */
type AnswerSettings = Pick<
  AnswerContext,
  'answerModel' | 'created' | 'newId' | 'reasoningFields' | 'streamShape'
>;

export interface TranslatedRequest {
  readonly body: Buffer;
  /** All that go out, save the credential. */
  readonly headers: RawHeaders;
  readonly warnings: readonly Warning[];
  /** Hand it to the translation of the answer. */
  readonly context: AnswerContext;
  /** Whether the client asked for a stream. */
  readonly stream: boolean;
}

/** @throws GatewayError `malformed_body`, `capability_rejected`, or `format_not_supported` */
export function translateRequest(input: RequestTranslation): TranslatedRequest {
  const { from, body, client, target, answer, policy } = input;
  const decoded = refuseDeep(() => codecOf(from).decodeRequest(body, client));
  const asked = input.shape === undefined ? decoded.value : shapeConversation(decoded.value, input.shape);
  const encoded = refuseDeep(() => codecOf(target.format).encodeRequest(asked, target));
  const warnings = [...decoded.warnings, ...encoded.warnings];
  if (policy === 'strict') refuseWarnings(warnings);
  const { provider, model, format } = target;
  return {
    body: encoded.body,
    headers: encoded.headers,
    warnings,
    stream: decoded.value.stream,
    context: {
      ...answer,
      origin: { provider, model, format },
      toolNames: encoded.toolNames,
      includeUsage: decoded.value.includeUsage,
      estimatedInput: estimatePrompt(decoded.value),
    },
  };
}

/** Nesting that outgrows the stack is the client's doing. */
function refuseDeep<Value>(translate: () => Value): Value {
  try {
    return translate();
  } catch (error) {
    if (error instanceof RangeError) throw malformed('The request body is nested too deeply.');
    throw error;
  }
}

function refuseWarnings(warnings: readonly Warning[]): void {
  const [first] = warnings;
  if (first === undefined) return;
  const rest = warnings.length > 1 ? ` (and ${warnings.length - 1} more)` : '';
  throw capabilityRejected(`${first.path}: ${first.message}${rest} The policy strict allows no such loss.`);
}

/** Translates a stream of status 200, piece by piece. */
export function createStreamTranslator(translation: AnswerTranslation): StreamTranslator {
  return new StreamTranslator(translation);
}

export type TranslatedAnswer =
  | {
      readonly kind: 'answer';
      readonly body: Buffer;
      readonly usage: Usage;
      readonly warnings: readonly Warning[];
    }
  /** The provider failed behind a status of 200: answer with a real status. */
  | { readonly kind: 'failure'; readonly failure: AnswerFailure };

/** Translates a whole answer of status 200. Never throws. */
export function translateWhole(body: Buffer, translation: AnswerTranslation): TranslatedAnswer {
  try {
    return translateAnswer(body, translation);
  } catch (error) {
    // Whatever it was, the answer has been paid for: it is told as a failure and not asked for again.
    return { kind: 'failure', failure: { ...unreadable('an answer'), raw: String(error) } };
  }
}

function translateAnswer(body: Buffer, { from, to, context }: AnswerTranslation): TranslatedAnswer {
  const decoded = decodeWhole(body, from, context);
  if (decoded.kind === 'failure') return decoded;
  const warnings = new WarningList();
  const answer = restoreTools(dropBrokenCalls(decoded.answer, warnings), context.toolNames);
  warnings.addAll(decoded.warnings);
  for (const part of answer.parts) warnOfLoss(part, to, warnings);
  return {
    kind: 'answer',
    body: codecOf(to).encodeAnswer(answer, context),
    usage: answer.usage,
    warnings: warnings.list,
  };
}
