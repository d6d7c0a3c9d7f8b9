import { ProbeReader, errorMessageOf } from './probe-reader.ts';
import { readDecision, type DecisionHeader } from './read-decision.ts';

export interface ProbeRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON, with `stream: true`. */
  readonly body: Readonly<Record<string, unknown>> & { readonly model: string };
  readonly timeoutMs: number;
}

export interface ProbeResult {
  /** `undefined` when no answer came. */
  readonly status: number | undefined;
  readonly requestedModel: string;
  readonly servedModel: string | undefined;
  readonly decision: DecisionHeader | undefined;
  /** The id the gateway gave the exchange. */
  readonly exchange: string | undefined;
  /** Milliseconds from sending to the first content. */
  readonly ttftMs: number | undefined;
  readonly totalMs: number;
  readonly text: string;
  /** Why it failed; `undefined` when it did not. */
  readonly error: string | undefined;
}

/** Sends one small request through the gateway and times its answer. Never rejects: a failure is a result. */
export async function sendProbe(request: ProbeRequest): Promise<ProbeResult> {
  const startedAt = performance.now();
  const requestedModel = request.body.model;
  const since = (time: number): number => time - startedAt;
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...request.headers },
      body: JSON.stringify({ ...request.body, stream: true }),
      signal: AbortSignal.timeout(request.timeoutMs),
    });
    const decision = readDecision(response.headers.get('x-switchyard-decision'));
    const { reader, body } = await readAnswer(response);
    const failed = !response.ok || reader.errorMessage !== undefined;
    return {
      status: response.status,
      requestedModel,
      servedModel: reader.servedModel,
      decision,
      exchange: response.headers.get('x-switchyard-exchange') ?? undefined,
      ttftMs: reader.contentAt === undefined ? undefined : since(reader.contentAt),
      totalMs: since(performance.now()),
      text: reader.text,
      error: failed
        ? (reader.errorMessage ?? errorMessageOf(body) ?? `status ${response.status}`)
        : undefined,
    };
  } catch (error) {
    const totalMs = since(performance.now());
    return { ...NO_ANSWER, requestedModel, totalMs, text: '', error: messageOf(error) };
  }
}

const NO_ANSWER = {
  status: undefined,
  servedModel: undefined,
  decision: undefined,
  exchange: undefined,
  ttftMs: undefined,
};

async function readAnswer(response: Response): Promise<{ reader: ProbeReader; body: string }> {
  const reader = new ProbeReader();
  const decoder = new TextDecoder();
  let body = '';
  for await (const chunk of response.body ?? []) {
    const text = decoder.decode(chunk, { stream: true });
    if (response.ok) reader.push(text, performance.now());
    else body += text;
  }
  return { reader, body };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
