/** A user's home that outlives the gateways started in it, for tests of what is kept between them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KEY_VARIABLE } from './gateway.ts';
import { startProgram, type RunningProgram } from './program.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));

export interface LedgerHome {
  readonly path: string;
  /** Where ledger and usage log lie. */
  readonly ledger: string;
  readonly usageLog: string;
  start(environment?: Readonly<Record<string, string>>): Promise<RunningProgram>;
  /** Runs one command to its end. */
  run(...words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Everything in it is gone after the test, and so are its gateways. */
export function ledgerHome(context: TestContext, yaml: string): LedgerHome {
  const path = mkdtempSync(join(tmpdir(), 'switchyard-home-'));
  const started: RunningProgram[] = [];
  context.after(async () => {
    for (const gateway of started) await gateway.kill();
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  });
  writeFileSync(join(path, 'switchyard.yaml'), yaml);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: path,
    SWITCHYARD_HOME: path,
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    [KEY_VARIABLE]: 'a-key-of-the-test',
  };
  return {
    path,
    ledger: join(path, 'state', 'ledger'),
    usageLog: join(path, 'state', 'logs', 'prod', 'usage.jsonl'),
    start: async (more = {}) => {
      const gateway = await startProgram({
        command: process.execPath,
        arguments: [LAUNCHER, 'start', '--port', '0'],
        environment: { ...environment, ...more },
        workingDirectory: path,
      });
      started.push(gateway);
      return gateway;
    },
    run: async (...words) => {
      const child = spawn(process.execPath, [LAUNCHER, ...words], {
        cwd: path,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      await once(child, 'close');
      return { code: child.exitCode, stdout, stderr };
    },
  };
}
