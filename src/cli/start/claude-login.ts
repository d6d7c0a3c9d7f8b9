import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Environment } from '../terminal.ts';

const credentialsSchema = z.object({ claudeAiOauth: z.object({ accessToken: z.string().min(1) }) });

/** Whether this user has logged in with Claude Code on this machine. Reads the file, keeps nothing of it. */
export function hasClaudeLogin(environment: Environment): boolean {
  const directory = environment['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude');
  try {
    const text = readFileSync(join(directory, '.credentials.json'), 'utf8');
    return credentialsSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false; // No file, no right to read it, or no JSON: in each case no login that could serve.
  }
}
