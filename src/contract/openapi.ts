/** The admin API as an OpenAPI 3.1 document, made from the same table the server mounts. */
import { z } from 'zod';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { errorBodySchema } from './error-body.ts';

export const openApiEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/openapi.json',
  access: 'loopback',
  summary: 'This table as an OpenAPI 3.1 document.',
  statuses: [200],
  response: z.record(z.string(), z.unknown()),
});

/** How each kind of access reads in documents. */
export const ACCESS_TEXT: Readonly<Record<Endpoint['access'], string>> = {
  public: 'everyone who reaches the port',
  loopback: 'programs on this machine; from elsewhere with the admin token',
  token: 'only with the admin token',
};

export function openApiDocument(
  endpoints: Readonly<Record<string, Endpoint>>,
  version: string,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, endpoint] of Object.entries(endpoints))
    (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operationOf(name, endpoint);
  return {
    openapi: '3.1.0',
    info: { title: 'Switchyard admin API', version },
    paths,
    components: {
      securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: jsonSchema(errorBodySchema) },
    },
  };
}

function operationOf(name: string, endpoint: Endpoint): Record<string, unknown> {
  const { summary, access, statuses, streams, body, method } = endpoint;
  const content = streams ?? ['application/json'];
  const schema = streams === undefined ? jsonSchema(endpoint.response) : { type: 'string' };
  const media = Object.fromEntries(content.map((type) => [type, { schema }]));
  const answers = statuses.map((status) => [status, { description: summary, content: media }] as const);
  const failure = { $ref: '#/components/schemas/Error' };
  return {
    operationId: name,
    summary,
    description: `For ${ACCESS_TEXT[access]}.`,
    ...(access === 'public' ? { security: [] } : { security: [{ adminToken: [] }] }),
    parameters: [...parametersOf(endpoint, 'query'), ...parametersOf(endpoint, 'path')],
    ...(method === 'GET'
      ? {}
      : { requestBody: { content: { 'application/json': { schema: jsonSchema(body) } } } }),
    responses: {
      ...Object.fromEntries(answers),
      default: { description: 'Refused.', content: { 'application/json': { schema: failure } } },
    },
  };
}

function parametersOf(endpoint: Endpoint, where: 'query' | 'path'): Record<string, unknown>[] {
  const { shape } = where === 'query' ? endpoint.query : endpoint.parameters;
  return Object.entries(shape).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(schema as z.ZodType, undefined).success, // Shapes hold schemas alone.
    schema: jsonSchema(schema as z.ZodType),
  }));
}

/** As it travels: before it is parsed. What JSON Schema cannot say is left open. */
function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
