/**
 * Finds or installs the real command-line clients that the client suites drive: `node scripts/install-clients.ts`.
 * They are large, so they live outside the checkout: in SWITCHYARD_CLIENTS_DIR, or in a cache of their own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type InstalledClient =
  | { readonly kind: 'ready'; readonly binary: string; readonly version: string }
  | { readonly kind: 'missing'; readonly reason: string };

export interface ClientPackage {
  /** Folder below the clients' directory, and name of the executable. */
  readonly name: string;
  readonly package: string;
  /** Pinned: clients change weekly, and a test must not. */
  readonly version: string;
}

export const CLAUDE_CODE: ClientPackage = {
  name: 'claude',
  package: '@anthropic-ai/claude-code',
  version: '2.1.328',
};

/** Every client that is driven; by default only Claude Code is installed where it is missing. */
export const CLIENT_PACKAGES = {
  claude: CLAUDE_CODE,
  codex: { name: 'codex', package: '@openai/codex', version: '0.169.0' },
  qwen: { name: 'qwen', package: '@qwen-code/qwen-code', version: '0.24.4' },
  opencode: { name: 'opencode', package: 'opencode-ai', version: '1.18.33' },
  gemini: { name: 'gemini', package: '@google/gemini-cli', version: '0.61.0' },
} as const satisfies Record<string, ClientPackage>;

/** The client where it is installed; SWITCHYARD_CLIENTS=all installs what is missing, else only Claude Code is. */
export function wantedClient(client: ClientPackage): InstalledClient {
  const installs = client === CLAUDE_CODE || process.env['SWITCHYARD_CLIENTS'] === 'all';
  return installs ? ensureClient(client) : findClient(join(clientsDirectory(), client.name), client);
}

/** The pinned client, installed where it is missing. */
export function ensureClient(client: ClientPackage): InstalledClient {
  const folder = join(clientsDirectory(), client.name);
  const present = findClient(folder, client);
  if (present.kind === 'ready') return present;
  mkdirSync(folder, { recursive: true });
  const wanted = `${client.package}@${client.version}`;
  const npm = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', wanted], {
    encoding: 'utf8',
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    const said = npm.error?.message ?? npm.stderr.trim().split('\n').slice(-3).join(' ');
    return { kind: 'missing', reason: `npm could not install ${wanted}: ${said}` };
  }
  return findClient(folder, client);
}

function clientsDirectory(): string {
  return process.env['SWITCHYARD_CLIENTS_DIR'] ?? join(tmpdir(), 'switchyard-clients');
}

/** Looks for the pinned version below one folder; installs nothing. */
export function findClient(folder: string, client: ClientPackage): InstalledClient {
  const modules = join(folder, 'node_modules');
  const binary = join(modules, '.bin', process.platform === 'win32' ? `${client.name}.cmd` : client.name);
  const manifest = join(modules, ...client.package.split('/'), 'package.json');
  if (!existsSync(binary) || !existsSync(manifest)) {
    return { kind: 'missing', reason: `${client.package} is not in ${folder}` };
  }
  const version = /"version":\s*"([^"]+)"/.exec(readFileSync(manifest, 'utf8'))?.[1] ?? 'unknown';
  return version === client.version
    ? { kind: 'ready', binary, version }
    : { kind: 'missing', reason: `${folder} has version ${version} instead of ${client.version}` };
}

if (import.meta.main) {
  const client = ensureClient(CLAUDE_CODE);
  if (client.kind === 'ready') console.log(`${CLAUDE_CODE.name} ${client.version}: ${client.binary}`);
  else console.error(client.reason);
  process.exitCode = client.kind === 'ready' ? 0 : 1;
}
