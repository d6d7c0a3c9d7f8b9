/** Runs one coding agent, headless and offline, in a home and a working directory of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** How an agent is called for one prompt. */
export interface AgentCommand {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Files of its home, by path below it. */
  readonly files: Readonly<Record<string, string>>;
}

export interface AgentInput {
  readonly gatewayUrl: string;
  readonly model: string;
  readonly prompt: string;
  readonly home: string;
  readonly work: string;
}

export interface AgentRun {
  /** What the model can only know by letting the agent run its shell tool. */
  readonly token: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PROMPT = 'Print the file nonce.txt with your shell tool, then answer with its token.';
const LONGEST_RUN = 90_000;

export async function runAgent(
  binary: string,
  where: Pick<AgentInput, 'gatewayUrl' | 'model'>,
  commandOf: (input: AgentInput) => AgentCommand,
): Promise<AgentRun> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-agent-'));
  const home = join(directory, 'home');
  const work = join(directory, 'work');
  const token = randomBytes(8).toString('hex');
  try {
    await mkdir(home);
    await mkdir(work);
    await writeFile(join(work, 'nonce.txt'), `NONCE-${token}\n`);
    const command = commandOf({ ...where, prompt: PROMPT, home, work });
    for (const [path, content] of Object.entries(command.files)) {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), content);
    }
    return { token, ...(await spawned(binary, command, { home, work })) };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function spawned(
  binary: string,
  command: AgentCommand,
  { home, work }: Pick<AgentInput, 'home' | 'work'>,
): Promise<Omit<AgentRun, 'token'>> {
  const child = spawn(binary, command.arguments, {
    cwd: work,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: work,
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_DATA_HOME: join(home, '.local', 'share'),
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_STATE_HOME: join(home, '.local', 'state'),
      NO_PROXY: '127.0.0.1,localhost',
      CI: '1',
      NO_COLOR: '1',
      TERM: 'dumb',
      ...command.environment,
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
