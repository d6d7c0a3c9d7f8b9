import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openApiDocument } from './openapi.ts';

const OPERATION = z.object({
  operationId: z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(z.object({ name: z.string(), in: z.enum(['query', 'path']), required: z.boolean() })),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});

const DOCUMENT = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), OPERATION)),
});

// As a reader gets it: what JSON cannot hold would be missing.
const document = DOCUMENT.parse(JSON.parse(JSON.stringify(openApiDocument(ENDPOINTS, '1.2.3'))));

test('every route of the contract stands in the document with its parameters, body and statuses', () => {
  for (const [name, endpoint] of Object.entries<Endpoint>(ENDPOINTS)) {
    const operation = document.paths[endpoint.path]?.[endpoint.method.toLowerCase()];
    assert.ok(operation, name);
    assert.equal(operation.operationId, name);
    assert.deepEqual(
      operation.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name),
      Object.keys(endpoint.query.shape),
    );
    for (const [variable] of endpoint.path.matchAll(/(?<=\{)\w+(?=\})/g))
      assert.ok(
        operation.parameters.some((parameter) => parameter.in === 'path' && parameter.name === variable),
      );
    for (const status of endpoint.statuses)
      assert.ok(operation.responses[String(status)], `${name} ${status}`);
    assert.equal(operation.requestBody === undefined, endpoint.method === 'GET');
    assert.equal(operation.security.length === 0, endpoint.access === 'public');
  }
});
