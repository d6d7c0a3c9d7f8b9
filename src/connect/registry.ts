import type { ClientSetup } from './client-setup.ts';
import { claude } from './clients/claude.ts';
import { codex } from './clients/codex.ts';
import { gemini } from './clients/gemini.ts';
import { hermes } from './clients/hermes.ts';
import { openclaw } from './clients/openclaw.ts';
import { opencode } from './clients/opencode.ts';
import { qwen } from './clients/qwen.ts';

/** Every client that can be connected, in the order of help and tables. */
export const CLIENT_SETUPS: readonly ClientSetup[] = [
  claude,
  qwen,
  opencode,
  codex,
  gemini,
  hermes,
  openclaw,
];

export function clientSetup(name: string): ClientSetup | undefined {
  return CLIENT_SETUPS.find((setup) => setup.name === name);
}
