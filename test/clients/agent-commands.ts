/** How each coding agent is pointed at a gateway and made to run one prompt without asking anybody anything. */
import { join } from 'node:path';
import type { AgentCommand, AgentInput } from './run-agent.ts';

/** Any text: the gateway has keys of its own for the providers. */
const KEY = 'sk-of-nobody';

export function claudeCommand({ gatewayUrl, model, prompt }: AgentInput): AgentCommand {
  return {
    arguments: ['-p', prompt, '--output-format', 'json', '--model', model, '--dangerously-skip-permissions'],
    environment: {
      ANTHROPIC_BASE_URL: gatewayUrl,
      ANTHROPIC_API_KEY: KEY,
      // Without these the client refuses to run as root, or calls home.
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      API_TIMEOUT_MS: '60000',
    },
    files: {},
  };
}

export function codexCommand({ gatewayUrl, model, prompt, home, work }: AgentInput): AgentCommand {
  const config = [
    `model = ${JSON.stringify(model)}`,
    'model_provider = "gateway"',
    'check_for_update_on_startup = false',
    '[analytics]',
    'enabled = false',
    '[model_providers.gateway]',
    'name = "Gateway"',
    `base_url = "${gatewayUrl}/v1"`,
    'env_key = "GATEWAY_KEY"',
    'wire_api = "responses"',
    `[projects.${JSON.stringify(work)}]`,
    'trust_level = "trusted"',
  ];
  return {
    arguments: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
    environment: { CODEX_HOME: join(home, '.codex'), GATEWAY_KEY: KEY },
    files: { '.codex/config.toml': config.join('\n') },
  };
}

export function qwenCommand({ gatewayUrl, model, prompt }: AgentInput): AgentCommand {
  const settings = {
    security: { auth: { selectedType: 'openai' } },
    privacy: { usageStatisticsEnabled: false },
    general: { disableAutoUpdate: true, enableAutoUpdate: false },
    telemetry: { enabled: false },
  };
  return {
    arguments: [prompt, '--auth-type', 'openai', '-m', model, '--approval-mode', 'yolo', '-o', 'text'],
    environment: { OPENAI_BASE_URL: `${gatewayUrl}/v1`, OPENAI_API_KEY: KEY, OPENAI_MODEL: model },
    files: { '.qwen/settings.json': JSON.stringify(settings) },
  };
}

export function geminiCommand({ gatewayUrl, model, prompt }: AgentInput): AgentCommand {
  const settings = {
    security: { auth: { selectedType: 'gemini-api-key' } },
    privacy: { usageStatisticsEnabled: false },
    general: { disableAutoUpdate: true, enableAutoUpdate: false },
    telemetry: { enabled: false },
  };
  return {
    arguments: ['-m', model, '--skip-trust', '--approval-mode', 'yolo', '-o', 'text', '-p', prompt],
    environment: { GOOGLE_GEMINI_BASE_URL: gatewayUrl, GEMINI_API_KEY: KEY },
    files: { '.gemini/settings.json': JSON.stringify(settings) },
  };
}

/** @param sdk the AI SDK package that decides which format opencode speaks */
export function opencodeCommand(sdk: string): (input: AgentInput) => AgentCommand {
  return ({ gatewayUrl, model, prompt }) => {
    const models = {
      [model]: { name: model, tool_call: true, limit: { context: 200_000, output: 32_000 } },
    };
    const config = {
      autoupdate: false,
      share: 'disabled',
      permission: 'allow',
      model: `gateway/${model}`,
      provider: {
        gateway: {
          npm: sdk,
          name: 'Gateway',
          options: { baseURL: `${gatewayUrl}/v1`, apiKey: KEY },
          models,
        },
      },
    };
    return {
      arguments: ['run', '-m', `gateway/${model}`, '--format', 'default', '--', prompt],
      environment: {
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        OPENCODE_DISABLE_SHARE: '1',
      },
      files: { '.config/opencode/opencode.json': JSON.stringify(config) },
    };
  };
}
