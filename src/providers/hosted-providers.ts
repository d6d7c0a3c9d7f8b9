import {
  API_KEY_HEADER,
  BEARER_HEADER,
  NO_FILTERS,
  THIRD_PARTY_FILTERS,
  type ProviderDescriptor,
} from './descriptor.ts';
import { OPENROUTER_ERRORS, ZAI_ERRORS } from './error-rules.ts';

/** Providers reached over the internet, with a key or with the caller's own credential. */
export const HOSTED_PROVIDERS: readonly ProviderDescriptor[] = [
  {
    name: 'anthropic',
    hosts: ['api.anthropic.com'],
    endpoints: [
      { format: 'anthropic-messages', baseUrl: 'https://api.anthropic.com', header: API_KEY_HEADER },
    ],
    credential: { kind: 'caller' },
    http: 'auto',
    filters: NO_FILTERS,
    countTokens: 'forward',
  },
  {
    name: 'zai',
    hosts: ['.z.ai'],
    endpoints: [
      { format: 'anthropic-messages', baseUrl: 'https://api.z.ai/api/anthropic', header: API_KEY_HEADER },
      { format: 'openai-chat', baseUrl: 'https://api.z.ai/api/paas/v4', header: BEARER_HEADER },
      { format: 'openai-chat', baseUrl: 'https://api.z.ai/api/coding/paas/v4', header: BEARER_HEADER },
    ],
    credential: { kind: 'secret', variable: 'ZAI_API_KEY' },
    // Its HTTP/2 stalls between the handshake and the response headers (T65).
    http: '1.1',
    filters: THIRD_PARTY_FILTERS,
    countTokens: 'estimate',
    errorRules: ZAI_ERRORS,
  },
  {
    name: 'openrouter',
    hosts: ['openrouter.ai'],
    // The Anthropic endpoint first: it keeps cache marks and signatures that Chat has no place for.
    endpoints: [
      { format: 'anthropic-messages', baseUrl: 'https://openrouter.ai/api', header: BEARER_HEADER },
      { format: 'openai-chat', baseUrl: 'https://openrouter.ai/api/v1', header: BEARER_HEADER },
      { format: 'openai-responses', baseUrl: 'https://openrouter.ai/api/v1', header: BEARER_HEADER },
    ],
    credential: { kind: 'secret', variable: 'OPENROUTER_API_KEY' },
    http: 'auto',
    filters: THIRD_PARTY_FILTERS,
    countTokens: 'estimate',
    errorRules: OPENROUTER_ERRORS,
  },
  {
    name: 'openai',
    hosts: ['api.openai.com'],
    endpoints: [
      { format: 'openai-chat', baseUrl: 'https://api.openai.com/v1', header: BEARER_HEADER },
      { format: 'openai-responses', baseUrl: 'https://api.openai.com/v1', header: BEARER_HEADER },
    ],
    credential: { kind: 'secret', variable: 'OPENAI_API_KEY' },
    http: 'auto',
    filters: THIRD_PARTY_FILTERS,
    countTokens: 'estimate',
  },
  {
    name: 'deepseek',
    hosts: ['api.deepseek.com'],
    endpoints: [
      { format: 'anthropic-messages', baseUrl: 'https://api.deepseek.com/anthropic', header: API_KEY_HEADER },
      { format: 'openai-chat', baseUrl: 'https://api.deepseek.com/v1', header: BEARER_HEADER },
    ],
    credential: { kind: 'secret', variable: 'DEEPSEEK_API_KEY' },
    http: 'auto',
    filters: THIRD_PARTY_FILTERS,
    countTokens: 'estimate',
  },
  {
    name: 'moonshot',
    hosts: ['api.moonshot.ai', 'api.moonshot.cn'],
    endpoints: [
      { format: 'anthropic-messages', baseUrl: 'https://api.moonshot.ai/anthropic', header: BEARER_HEADER },
      { format: 'openai-chat', baseUrl: 'https://api.moonshot.ai/v1', header: BEARER_HEADER },
    ],
    credential: { kind: 'secret', variable: 'MOONSHOT_API_KEY' },
    http: 'auto',
    filters: THIRD_PARTY_FILTERS,
    countTokens: 'estimate',
  },
  {
    name: 'minimax',
    hosts: ['api.minimax.io', 'api.minimaxi.com'],
    endpoints: [
      { format: 'anthropic-messages', baseUrl: 'https://api.minimax.io/anthropic', header: API_KEY_HEADER },
      { format: 'openai-chat', baseUrl: 'https://api.minimax.io/v1', header: BEARER_HEADER },
    ],
    credential: { kind: 'secret', variable: 'MINIMAX_API_KEY' },
    http: 'auto',
    filters: THIRD_PARTY_FILTERS,
    countTokens: 'estimate',
  },
];
