import type { BoundCredential } from '../../domain/credential.ts';
import type { RequestFacts } from '../../domain/exchange.ts';
import { headerValue } from '../../domain/headers.ts';
import type { Format } from '../../domain/format.ts';
import { ANTHROPIC_ORIGIN } from '../../domain/origin.ts';
import type { RequestShape } from '../../domain/request-shape.ts';
import type { Provider } from '../../domain/provider.ts';
import type { Warning } from '../../domain/warning.ts';
import type { AnswerContext } from '../../formats/codec.ts';
import { wireFormatOf } from '../../formats/index.ts';
import { translateRequest } from '../../formats/translate.ts';
import type { RequestTranslation, TranslatedRequest } from '../../formats/translate.ts';
import type { UpstreamRequest } from '../../transport/upstream.ts';
import { quirksOf } from '../prepare/choose-endpoint.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';

/** What the way back must know of a request that was translated. */
export interface Translation {
  /** The provider's format. */
  readonly from: Format;
  /** The client's format. */
  readonly to: Format;
  readonly context: AnswerContext;
  readonly warnings: readonly Warning[];
  /** Whether the client asked for a stream. */
  readonly stream: boolean;
}

export interface TranslationInput {
  readonly provider: Provider;
  readonly credential: BoundCredential;
  readonly facts: RequestFacts;
  /** The model to ask for. */
  readonly model: string;
  /** How the target is asked in another way than the client wrote. */
  readonly shape: RequestShape | undefined;
  /** The header of hops, name and value, where the provider gets one. */
  readonly hop: readonly string[];
}

/** What of an exchange its translation needs. */
type Translatable = Pick<OpenExchange, 'inbound' | 'kind' | 'snapshot'>;

interface TranslatedUpstream {
  readonly upstream: UpstreamRequest;
  readonly translation: Translation;
}

/**
 * The upstream request in the provider's format. Of the client's headers only the user agent goes along: another
 * vendor's versions, betas and telemetry mean nothing there.
 * @throws GatewayError `malformed_body`, `capability_rejected`
 */
export function translateForProvider(
  gateway: Gateway,
  exchange: Translatable,
  input: TranslationInput,
): TranslatedUpstream {
  return translatedUpstream(exchange, input, translateRequest(translationOf(gateway, exchange, input)));
}

/** What is to be translated. */
export function translationOf(
  gateway: Gateway,
  exchange: Translatable,
  { provider, model, facts, shape }: TranslationInput,
): RequestTranslation {
  const { inbound, kind, snapshot } = exchange;
  const { policy, answerModel, reasoningFields } = snapshot.translation;
  const { signatures, clock } = gateway;
  return {
    from: kind.format,
    body: inbound.body,
    client: { model: facts.model, stream: facts.stream },
    target: {
      provider: provider.name,
      model,
      format: provider.format,
      quirks: quirksOf(provider, model, shape),
      isOwnSignature: (signature) => signatures.issuerOf(signature) === provider.name,
      emulateWebSearch: false,
    },
    answer: {
      answerModel: answerModel === 'requested' ? facts.model : undefined,
      created: Math.floor(clock.now() / 1000),
      newId: () => gateway.newId().replaceAll(/[^A-Za-z0-9]/g, ''),
      reasoningFields,
      streamShape: inbound.query.includes('alt=sse') ? 'events' : 'array',
    },
    policy,
    shape,
  };
}

/** What was translated, as it goes out. */
export function translatedUpstream(
  exchange: Translatable,
  { provider, credential, model, hop, facts }: TranslationInput,
  sent: TranslatedRequest,
): TranslatedUpstream {
  const { format, basePath } = provider;
  const { stream, context, warnings } = sent;
  const asked = { kind: { format, operation: 'generate' as const }, facts: { ...facts, model, stream } };
  const path = wireFormatOf(format).upstreamPath({ ...asked, model, basePath });
  const query = format === 'gemini' && stream ? '?alt=sse' : '';
  return {
    translation: { from: format, to: exchange.kind.format, context, warnings, stream },
    upstream: {
      provider,
      method: 'POST',
      path: basePath + path + query,
      headers: [...sent.headers, ...ownHeaders(exchange, credential), ...hop],
      body: sent.body,
      credential,
      stream,
      freshSocket: false,
      forceHttp1: false,
    },
  };
}

function ownHeaders({ inbound }: Pick<OpenExchange, 'inbound'>, credential: BoundCredential): string[] {
  const headers = ['accept-encoding', 'identity'];
  const userAgent = headerValue(inbound.headers, 'user-agent');
  if (userAgent !== undefined) headers.push('user-agent', userAgent);
  // Anthropic takes a login only beside its beta.
  const isLogin = credential.owner === 'caller' && (inbound.credential?.kind ?? 'oauth') === 'oauth';
  if (isLogin && credential.origin === ANTHROPIC_ORIGIN && credential.headers.length > 0)
    headers.push('anthropic-beta', 'oauth-2025-04-20');
  return headers;
}
