import { z } from 'zod';
import { defineEndpoint, type TextStream } from './endpoint.ts';

export const metricsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/metrics',
  access: 'loopback',
  summary: 'Figures for Prometheus in its text format; docs/generated/metrics.md lists them.',
  statuses: [200],
  streams: ['text/plain; version=0.0.4; charset=utf-8'],
  response: z.custom<TextStream>(),
});
