import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError, toGatewayError } from '../../domain/errors.ts';
import type { RequestKind } from '../../domain/exchange.ts';
import { matchRequest } from '../../formats/index.ts';
import { splitHeaders } from '../../gateway/receive/edge-headers.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { snapshotFor } from '../../gateway/configuration/snapshot-for.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { listModels, modelsAreOurs, type ModelListFormat } from '../../gateway/local/list-models.ts';
import { isLoopback } from './addresses.ts';
import type { AdminApp } from '../admin/admin.ts';
import { checkClientKey } from './client-key.ts';
import type { DataPlane } from '../data-plane.ts';
import { guardRequest, type HostRules } from './guard-request.ts';
import { parseRequestTarget, type RequestTarget } from './request-target.ts';
import { dialectOf, sendError } from './send-error.ts';

export interface EntryInput extends HostRules {
  readonly gateway: Gateway;
  readonly dataPlane: DataPlane;
  readonly admin: AdminApp;
}

/** The first thing that sees a request: the edge checks, then one of five ways on, by method and path. */
export function createEntry(input: EntryInput): (request: IncomingMessage, response: ServerResponse) => void {
  const { gateway, dataPlane, admin } = input;
  return (request, response) => {
    const target = parseRequestTarget(request.url ?? '');
    const refusal = refusalOf(input, request, target);
    if (refusal !== undefined || target === undefined) {
      const error = refusal ?? new GatewayError('bad_target', 'The request target is not a plain path.');
      gateway.refused(error.code);
      sendError(request, response, { error, format: dialectOf(target?.path ?? ''), id: gateway.newId() });
      return;
    }
    const method = request.method ?? 'GET';
    const { path, profile } = target;
    if (isProbe(method, path)) sendEmpty(response);
    else if (profile === undefined && admin.serves(path)) admin.handle(request, response);
    else if (profile === undefined && isDocsPath(path)) sendDocs(gateway, request, response, path);
    else if (isModelList(method, path) && listsModels(gateway, profile))
      trySendModels(gateway, request, response, target);
    else dataPlane.handle(request, response, target, matchRequest(method, path) ?? elsewhere(target));
  };
}

function refusalOf(
  input: EntryInput,
  request: IncomingMessage,
  target: RequestTarget | undefined,
): GatewayError | undefined {
  const edge = guardRequest(input, request);
  if (edge !== undefined) return edge;
  const method = request.method ?? 'GET';
  if (method === 'TRACE' || method === 'CONNECT') {
    return new GatewayError('method_not_allowed', `${method} is not offered here.`);
  }
  if (target === undefined) return new GatewayError('bad_target', 'The request target is not a plain path.');
  return isOurPathByOtherMethod(method, target.path)
    ? new GatewayError('method_not_allowed', `${target.path} takes POST, not ${method}.`)
    : undefined;
}

/** A path of a format is never forwarded because its method is wrong: the provider's 404 would mislead. */
function isOurPathByOtherMethod(method: string, path: string): boolean {
  return matchRequest(method, path) === undefined && matchRequest('POST', path) !== undefined;
}

/** A path that is not ours; errors about it are said in the dialect of its neighbourhood. */
function elsewhere(target: RequestTarget): RequestKind {
  return { format: dialectOf(target.path), operation: 'passthrough' };
}

const GEMINI_MODELS = '/v1beta/models';

/** Claude Code asks whether anybody is there before its first request; the answer must not depend on a provider. */
function isProbe(method: string, path: string): boolean {
  return method === 'HEAD' && (path === '/' || path === '/api/hello');
}

function isModelList(method: string, path: string): boolean {
  return method === 'GET' && (path === '/v1/models' || path === GEMINI_MODELS);
}

function isDocsPath(path: string): boolean {
  return path === '/docs' || path.startsWith('/docs/');
}

function sendDocs(gateway: Gateway, request: IncomingMessage, response: ServerResponse, path: string): void {
  import('../docs/serve-docs.ts')
    .then(async ({ serveDocs }) => serveDocs(request, response, path))
    .catch((thrown: unknown) => {
      const error = toGatewayError(thrown);
      gateway.log.error({ path, error: error.cause }, 'A page of the documentation cannot be read.');
      sendError(request, response, { error, format: dialectOf(path), id: gateway.newId() });
    });
}

/** Of a profile that is not there the data plane tells. */
function listsModels(gateway: Gateway, profile: string | undefined): boolean {
  const snapshot = gateway.snapshot();
  const wanted = profile === undefined ? snapshot : snapshot.profiles.get(profile);
  return wanted !== undefined && modelsAreOurs(wanted);
}

function sendEmpty(response: ServerResponse): void {
  response.writeHead(200, ['content-length', '0']);
  response.end();
}

function trySendModels(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  { path, profile }: RequestTarget,
): void {
  const format = formatOfList(request, path);
  try {
    sendModels(gateway, request, response, { format, snapshot: snapshotFor(gateway, profile) });
  } catch (thrown) {
    const error = toGatewayError(thrown);
    gateway.refused(error.code);
    sendError(request, response, { error, format, id: gateway.newId() });
  }
}

/** Whose shape the caller expects: Gemini's by the path, Anthropic's by its version header, else OpenAI's. */
function formatOfList(request: IncomingMessage, path: string): ModelListFormat {
  if (path === GEMINI_MODELS) return 'gemini';
  return request.headers['anthropic-version'] === undefined ? 'openai-chat' : 'anthropic-messages';
}

/** @throws GatewayError `client_key_required` */
function sendModels(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  { format, snapshot }: { readonly format: ModelListFormat; readonly snapshot: ConfigSnapshot },
): void {
  const callerIsLoopback = isLoopback(request.socket.remoteAddress);
  const edge = splitHeaders(request.rawHeaders);
  const { clientKeys: keys } = snapshot.server;
  checkClientKey({ keys, now: gateway.clock.now() }, { callerIsLoopback, edge });
  const body = Buffer.from(JSON.stringify(listModels(snapshot, format)));
  response.writeHead(200, ['content-type', 'application/json', 'content-length', String(body.length)]);
  response.end(body);
}
