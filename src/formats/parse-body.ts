import type { Buffer } from 'node:buffer';
import { GatewayError } from '../domain/errors.ts';
import { asObject, type JsonObject, type JsonValue } from '../domain/json-value.ts';

/** A request body as a JSON object. @throws GatewayError `malformed_body` */
export function parseBody(body: Buffer): JsonObject {
  const object = asObject(parseJson(body.toString('utf8')));
  if (object === undefined) throw malformed('The request body must be one JSON object.');
  return object;
}

/** @returns `undefined` when the text is not JSON */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // What JSON.parse returns is a JSON value by definition.
  } catch {
    return undefined; // The callers say in their own words what was wrong where.
  }
}

export function malformed(message: string): GatewayError {
  return new GatewayError('malformed_body', message);
}
