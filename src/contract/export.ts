import { z } from 'zod';
import { defineEndpoint, type TextStream } from './endpoint.ts';
import { filterQuery, rangeQuery } from './usage-query.ts';

export const exportEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/export',
  access: 'loopback',
  summary: 'Every upstream try of a range as CSV or JSON, oldest first, in one stream of any length.',
  statuses: [200],
  streams: ['text/csv; charset=utf-8', 'application/json'],
  query: z.strictObject({ ...rangeQuery, ...filterQuery, format: z.enum(['csv', 'json']).default('csv') }),
  response: z.custom<TextStream>(),
});
