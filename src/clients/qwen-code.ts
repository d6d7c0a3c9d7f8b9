import { clientNamed, versionIn } from './detector.ts';
import type { Detector } from './detector.ts';

/** Qwen Code; stands behind Claude Code in the list, which has then already claimed every real `claude-cli/`. */
export const qwenCode: Detector = ({ userAgent }) =>
  userAgent.startsWith('QwenCode/') || userAgent.startsWith('claude-cli/0.')
    ? clientNamed('qwen-code', versionIn(userAgent))
    : undefined;
