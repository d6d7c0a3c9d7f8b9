/**
 * Runs one suite: `unit` (default: everything fast), `clients` (real command-line clients, which must be
 * installed), `long` (fuzz, kill -9, load), `package` (what npm packs, installed)
 * or `browser` (needs Chromium). Further arguments go to the test runner.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const SUITES: Record<string, readonly string[]> = {
  unit: [
    'src/**/*.test.ts',
    'test/*.test.ts',
    // Every folder that is no suite of its own, so that a new one is not forgotten.
    'test/!(browser|clients|long|package)/**/*.test.ts',
    'scripts/*.test.ts',
    'bench/*.test.ts',
  ],
  clients: ['test/clients/*.test.ts'],
  long: ['test/long/*.test.ts'],
  package: ['test/package/*.test.ts'],
  browser: ['test/browser/*.test.ts'],
};

const [name = 'unit', ...rest] = process.argv.slice(2);
/**
 * Node would leave one core free, and on two cores run file after file; most of a test's time is waiting. What puts
 * load on the machine runs alone.
 */
const CONCURRENCY = name === 'long' ? 1 : Math.max(2, availableParallelism() - 1);
const suite = SUITES[name];
const patterns = suite ?? SUITES['unit'] ?? [];
const runnerArguments = suite === undefined && process.argv.length > 2 ? [name, ...rest] : rest;
const named = runnerArguments.filter((argument) => argument.endsWith('.ts'));
const files = named.length > 0 ? [] : patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
const result = spawnSync(
  process.execPath,
  ['--test', '--test-timeout=120000', `--test-concurrency=${CONCURRENCY}`, ...runnerArguments, ...files],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'test' },
  },
);
process.exitCode = result.status ?? 1;
