/** Claude Code, headless and offline, in a home and a working directory of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ClaudeRun {
  /** What the model can only know by letting the client run its shell tool. */
  readonly token: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ClaudeSettings {
  readonly binary: string;
  readonly gatewayUrl: string;
  /** As Claude Code's own aliases: haiku, sonnet, opus. */
  readonly model: string;
  readonly callerToken: string;
}

export const PROMPT = 'Print the file nonce.txt with your shell tool, then answer with its token.';
const LONGEST_RUN = 90_000;

/** One conversation of a user with Claude Code, prompt after prompt. */
export interface ClaudeSession {
  /** Runs one prompt to its end, in the conversation of the prompts before it. */
  say(): Promise<ClaudeRun>;
  close(): Promise<void>;
}

/** Runs one prompt to its end. */
export async function runClaude(settings: ClaudeSettings): Promise<ClaudeRun> {
  const session = await openClaudeSession(settings);
  try {
    return await session.say();
  } finally {
    await session.close();
  }
}

export async function openClaudeSession(settings: ClaudeSettings): Promise<ClaudeSession> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-claude-'));
  const home = join(directory, 'home');
  const work = join(directory, 'work');
  await mkdir(home);
  await mkdir(work);
  let said = 0;
  return {
    say: async () => {
      const token = randomBytes(8).toString('hex');
      await writeFile(join(work, 'nonce.txt'), `NONCE-${token}\n`);
      const more = said++ === 0 ? [] : ['--continue'];
      return { token, ...(await spawned(settings, { home, work, more })) };
    },
    close: async () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function spawned(
  { binary, gatewayUrl, model, callerToken }: ClaudeSettings,
  { home, work, more }: { readonly home: string; readonly work: string; readonly more: readonly string[] },
): Promise<Omit<ClaudeRun, 'token'>> {
  const usual = ['-p', PROMPT, '--output-format', 'json', '--model', model, '--dangerously-skip-permissions'];
  const flags = [...usual, ...more];
  const child = spawn(binary, flags, {
    cwd: work,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: work,
      ANTHROPIC_BASE_URL: gatewayUrl,
      ANTHROPIC_AUTH_TOKEN: callerToken,
      // Without these the client asks for a login, refuses to run as root, or calls home.
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      API_TIMEOUT_MS: '60000',
      NO_PROXY: '127.0.0.1,localhost',
      CI: '1',
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_RUN,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  return { exitCode: await promise, stdout, stderr };
}
