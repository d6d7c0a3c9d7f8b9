import type { RawObject } from '../layers/raw-value.ts';

/** Helpers people run beside a gateway, as entries that need nothing else. */
export const CHAIN_PRESETS = {
  /** Compresses what an agent sends. Stands where the client's own proxy would, so that logins pass it unchanged. */
  headroom: {
    id: 'headroom',
    name: 'Headroom',
    side: 'before',
    port: 8787,
    service_cmd: 'headroom proxy --port {port}',
    service_env: {
      ANTHROPIC_TARGET_API_URL: '{next_url}',
      OPENAI_TARGET_API_URL: '{next_url}',
      GEMINI_TARGET_API_URL: '{next_url}',
    },
  },
  /** Shortens what commands print. It has no server mode: the client calls it through a hook of its own. */
  rtk: { id: 'rtk', name: 'RTK Terminal Compression', type: 'cli_wrapper' },
  /** Lends other subscriptions under an API of its own. */
  cliproxyapi: {
    id: 'cliproxyapi',
    name: 'CLIProxyAPI',
    side: 'after',
    port: 8317,
    health_path: '/',
    service_cmd: 'cli-proxy-api',
  },
} as const satisfies Record<string, RawObject>;

export type ChainPreset = keyof typeof CHAIN_PRESETS;

/** The known helper an entry is, by its name, its id or the port that only it uses. */
export function presetOf(words: readonly string[], port: number | undefined): ChainPreset | undefined {
  const text = words.join(' ').toLowerCase();
  if (/\bheadroom\b/.test(text) || port === CHAIN_PRESETS.headroom.port) return 'headroom';
  if (/\brtk\b/.test(text)) return 'rtk';
  if (/\bcli-?proxy-?api\b/.test(text) || port === CHAIN_PRESETS.cliproxyapi.port) return 'cliproxyapi';
  return undefined;
}
