/** What the demo shows: a configuration, the requests of an agent, and where each must end. */
import type { ProbeRequest } from '../probe/send-probe.ts';

/** The demo's configuration file. `url` is the scripted provider's. */
export function demoConfiguration(url: string): string {
  return `providers:
  big: { base_url: "${url}/big", format: anthropic-messages, auth: none }
  fast: { base_url: "${url}/fast", format: anthropic-messages, auth: none }
  shaky: { base_url: "${url}/shaky", format: anthropic-messages, auth: none }
  local: { base_url: "${url}/local/v1", format: openai-chat, auth: none }
tiers:
  haiku: fast/glm-demo
  sonnet: big
  opus: [shaky/opus-preview, big]
mappings:
  - { match: coder-model, use: local/qwen-demo }
  - { match: unlucky-model, use: shaky }
default: big
passthrough: { provider: big, fallback: false }
terminal: { mode: "off" }
`;
}

export interface DemoStep {
  readonly title: string;
  readonly path: '/v1/messages' | '/v1/chat/completions';
  readonly model: string;
  readonly prompt: string;
  /** What must come out, so that the demo notices when it shows something untrue. */
  readonly expected: { readonly status: number; readonly provider: string };
}

export const DEMO_STEPS: readonly DemoStep[] = [
  {
    title: 'a title for the session, small tier',
    path: '/v1/messages',
    model: 'claude-haiku-5-5',
    prompt: 'Name this conversation in three words.',
    expected: { status: 200, provider: 'fast' },
  },
  {
    title: 'the main work, middle tier',
    path: '/v1/messages',
    model: 'claude-sonnet-5-5',
    prompt: 'Read src/main.ts and explain it.',
    expected: { status: 200, provider: 'big' },
  },
  {
    title: 'a hard question, big tier; its first target is overloaded',
    path: '/v1/messages',
    model: 'claude-opus-5-5',
    prompt: 'Find the race in this scheduler.',
    expected: { status: 200, provider: 'big' },
  },
  {
    title: 'another client, in the OpenAI format',
    path: '/v1/chat/completions',
    model: 'coder-model',
    prompt: 'Write a test for parsePort.',
    expected: { status: 200, provider: 'local' },
  },
  {
    title: 'a failure with nothing to fall back to: the client gets the provider’s own error',
    path: '/v1/messages',
    model: 'unlucky-model',
    prompt: 'Hello?',
    expected: { status: 529, provider: 'shaky' },
  },
];

const TIMEOUT_MS = 10_000;

export function demoRequest(step: DemoStep, gatewayUrl: string): ProbeRequest {
  return {
    url: gatewayUrl + step.path,
    headers: { 'anthropic-version': '2023-06-01', 'user-agent': 'switchyard-demo' },
    body: { model: step.model, max_tokens: 64, messages: [{ role: 'user', content: step.prompt }] },
    timeoutMs: TIMEOUT_MS,
  };
}
