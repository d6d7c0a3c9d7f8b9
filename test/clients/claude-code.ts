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

const PROMPT = 'Print the file nonce.txt with your shell tool, then answer with its token.';
const LONGEST_RUN = 90_000;

/** Runs one prompt to its end. */
export async function runClaude(settings: ClaudeSettings): Promise<ClaudeRun> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-claude-'));
  const home = join(directory, 'home');
  const work = join(directory, 'work');
  const token = randomBytes(8).toString('hex');
  try {
    await mkdir(home);
    await mkdir(work);
    await writeFile(join(work, 'nonce.txt'), `NONCE-${token}\n`);
    return { token, ...(await spawned(settings, home, work)) };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function spawned(
  { binary, gatewayUrl, model, callerToken }: ClaudeSettings,
  home: string,
  work: string,
): Promise<Omit<ClaudeRun, 'token'>> {
  const flags = ['-p', PROMPT, '--output-format', 'json', '--model', model, '--dangerously-skip-permissions'];
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
