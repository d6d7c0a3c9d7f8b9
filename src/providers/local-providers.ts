import type { CountTokensPolicy } from '../domain/provider.ts';
import { BEARER_HEADER, THIRD_PARTY_FILTERS, type ProviderDescriptor } from './descriptor.ts';

/** Model servers on the user's own machine, on the port each uses unless told otherwise. They ask for no key. */
export const LOCAL_PROVIDERS: readonly ProviderDescriptor[] = [
  localServer('ollama', 11434, 'estimate'),
  localServer('lmstudio', 1234, 'estimate'),
  localServer('vllm', 8000, 'forward'),
  localServer('sglang', 30000, 'estimate'),
  localServer('llama.cpp', 8080, 'estimate'),
];

/** All five answer in Anthropic's format as well as in Chat's, so that Claude Code's bytes need no translation. */
function localServer(name: string, port: number, countTokens: CountTokensPolicy): ProviderDescriptor {
  const root = `http://127.0.0.1:${port}`;
  return {
    name,
    // A loopback address identifies nobody: any server may sit on any port.
    hosts: [],
    endpoints: [
      { format: 'anthropic-messages', baseUrl: root, header: BEARER_HEADER },
      { format: 'openai-chat', baseUrl: `${root}/v1`, header: BEARER_HEADER },
      { format: 'openai-responses', baseUrl: `${root}/v1`, header: BEARER_HEADER },
    ],
    credential: { kind: 'none' },
    http: 'auto',
    filters: THIRD_PARTY_FILTERS,
    countTokens,
  };
}
