import type { CountTokensPolicy } from '../domain/provider.ts';
import type { QuirkRule } from '../domain/target-quirks.ts';
import { BEARER_HEADER, THIRD_PARTY_FILTERS, type ProviderDescriptor } from './descriptor.ts';
import { GRAMMAR_SERVER_RULES, OLLAMA_RULES, TEMPLATE_SERVER_RULES } from './quirk-tables.ts';

/** Model servers on the user's own machine, on the port each uses unless told otherwise. They ask for no key. */
export const LOCAL_PROVIDERS: readonly ProviderDescriptor[] = [
  localServer({ name: 'ollama', port: 11434, countTokens: 'estimate', quirks: OLLAMA_RULES }),
  localServer({ name: 'lmstudio', port: 1234, countTokens: 'estimate', quirks: GRAMMAR_SERVER_RULES }),
  localServer({ name: 'vllm', port: 8000, countTokens: 'forward', quirks: TEMPLATE_SERVER_RULES }),
  localServer({ name: 'sglang', port: 30000, countTokens: 'estimate', quirks: TEMPLATE_SERVER_RULES }),
  localServer({ name: 'llama.cpp', port: 8080, countTokens: 'estimate', quirks: GRAMMAR_SERVER_RULES }),
];

interface LocalServer {
  readonly name: string;
  readonly port: number;
  readonly countTokens: CountTokensPolicy;
  readonly quirks: readonly QuirkRule[];
}

/** All five answer in Anthropic's format as well as in Chat's, so that Claude Code's bytes need no translation. */
function localServer({ name, port, countTokens, quirks }: LocalServer): ProviderDescriptor {
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
    quirks,
    models: [],
    mixesFormats: true,
    formatRules: [],
  };
}
