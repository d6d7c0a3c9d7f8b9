import { originOf } from '../../src/domain/origin.ts';
import type { Provider } from '../../src/domain/provider.ts';

/** A provider with harmless settings; name what your test is about. */
export function exampleProvider(changes: Partial<Provider> = {}): Provider {
  return {
    name: 'example',
    format: 'anthropic-messages',
    origin: originOf(new URL('http://127.0.0.1:9')),
    basePath: '',
    auth: { kind: 'none' },
    http: '1.1',
    h2Fallback: true,
    connectTo: undefined,
    certificateAuthorities: undefined,
    outboundProxy: undefined,
    clocks: {
      connect: 60_000,
      tls: 60_000,
      h2Headers: 5_000,
      headersStream: 60_000,
      headersWhole: 60_000,
      firstEvent: 60_000,
      idle: 60_000,
      totalStream: 60_000,
      totalWhole: 60_000,
    },
    filters: { betas: { kind: 'keep' }, thinking: 'keep', billingHeader: 'keep' },
    countTokens: 'forward',
    errorRules: [],
    limits: undefined,
    models: new Map(),
    quirks: [],
    formatRules: [],
    variants: new Map(),
    via: undefined,
    extraHeaders: [],
    detours: [],
    ...changes,
  };
}
