import { isUtf8 } from 'node:buffer';
import type { CaptureStateBody, ExchangeBodies } from '../../contract/capture.ts';
import type { EndpointHandlers } from '../../contract/endpoints.ts';
import {
  isExact,
  type CapturedAnswer,
  type CapturedExchange,
  type CapturedRequest,
  type StoredBody,
} from '../../domain/capture.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { RawHeaders } from '../../domain/headers.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { timeOf } from './usage-bodies.ts';

type CaptureEndpoint = 'capture' | 'setCapture' | 'bodies';

/** The part of the admin API that switches the capture of bodies, and shows them. */
export function createCaptureHandlers(gateway: Gateway): Pick<EndpointHandlers<unknown>, CaptureEndpoint> {
  return {
    capture: () => ({ status: 200, body: state(gateway) }),
    setCapture: (_, { body }) => {
      if (!gateway.captures.isAvailable)
        throw new GatewayError('ledger_unavailable', 'Bodies lie beside the ledger, which is switched off.');
      gateway.captures.set(body.mode, body.for_ms ?? gateway.snapshot().accounting.capture.forMs);
      return { status: 200, body: state(gateway) };
    },
    bodies: async (_, { parameters: { id } }) => {
      const captured = await gateway.captures.read(id);
      if (captured === undefined)
        throw new GatewayError('not_recorded', `No bodies of the exchange ${id} are kept.`);
      return { status: 200, body: bodiesOf(captured) };
    },
  };
}

function state(gateway: Gateway): CaptureStateBody {
  const { mode, until, captured } = gateway.captures.state;
  const { keepDays, maxBodyBytes, maxTotalBytes } = gateway.snapshot().accounting.capture;
  return {
    mode,
    until: until === undefined ? null : until / 1000,
    captured,
    keep_days: keepDays,
    max_body_bytes: maxBodyBytes,
    max_total_bytes: maxTotalBytes,
  };
}

function bodiesOf(captured: CapturedExchange<StoredBody>): ExchangeBodies {
  return {
    id: captured.id,
    ...timeOf(captured.receivedAt),
    format: captured.format,
    operation: captured.operation,
    outcome: captured.outcome,
    request: requestOf(captured.request),
    attempts: captured.attempts.map(({ id, provider, origin, request, answer }) => ({
      attempt: id,
      lane: provider,
      upstream: origin,
      request: requestOf(request),
      answer: answerOf(answer),
    })),
    answer: answerOf(captured.answer),
    bodies: captured.bodies.map(bodyOf),
  };
}

function requestOf({ method, path, headers, body }: CapturedRequest): ExchangeBodies['request'] {
  return { method, path, headers: pairs(headers), body };
}

function answerOf(answer: CapturedAnswer | undefined): ExchangeBodies['answer'] {
  return answer === undefined
    ? null
    : { status: answer.status, headers: pairs(answer.headers), body: answer.body };
}

function bodyOf(body: StoredBody): ExchangeBodies['bodies'][number] {
  const bytes = Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.length);
  const isText = isUtf8(bytes);
  return {
    size: body.size,
    kept: body.kept,
    exact: isExact(body),
    redactions: body.redactions,
    inflated_from: body.inflatedFrom ?? null,
    cut_by: body.cutBy ?? null,
    text: isText ? bytes.toString('utf8') : null,
    base64: isText ? null : bytes.toString('base64'),
  };
}

function pairs(headers: RawHeaders): [string, string][] {
  return headers.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
  );
}
