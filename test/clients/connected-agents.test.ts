/** Real coding agents, pointed at the gateway by `connect` alone: a tool round trip, and their settings given back. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { CLIENT_PACKAGES, wantedClient } from '../../scripts/install-clients.ts';
import { createHome, type Home } from '../../src/cli/cli-harness.test-data.ts';
import { startFourFormats, type FourFormats } from '../support/four-formats.ts';

interface Agent {
  readonly client: keyof typeof CLIENT_PACKAGES;
  /** A file of its own that it has already, and what stands in it. */
  readonly settings: { readonly path: string; readonly text: string };
  readonly words: (prompt: string) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Clients that write into their settings themselves: then only our keys must be gone. */
  readonly rewrites?: boolean;
}

const AGENTS: readonly Agent[] = [
  {
    client: 'claude',
    settings: { path: '.claude/settings.json', text: '{\n   "cleanupPeriodDays": 20\n}\n' },
    words: (prompt) => ['-p', prompt, '--output-format', 'json', '--dangerously-skip-permissions'],
    environment: {
      ANTHROPIC_API_KEY: 'sk-of-nobody',
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  },
  {
    client: 'codex',
    settings: {
      path: '.codex/config.toml',
      text: '# mine\ncheck_for_update_on_startup = false\n\n[analytics]\nenabled = false # no\n',
    },
    words: (prompt) => [
      'exec',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      prompt,
    ],
  },
  {
    client: 'qwen',
    settings: {
      path: '.qwen/settings.json',
      text: '{ // mine\n "privacy": {"usageStatisticsEnabled": false} }',
    },
    words: (prompt) => [prompt, '--approval-mode', 'yolo', '-o', 'text'],
    rewrites: true,
  },
  {
    client: 'opencode',
    settings: {
      path: '.config/opencode/opencode.json',
      text: '{\n\t// mine\n\t"permission": "allow", "autoupdate": false\n}\n',
    },
    words: (prompt) => ['run', '--', prompt],
    environment: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    rewrites: true,
  },
  {
    client: 'gemini',
    settings: { path: '.gemini/settings.json', text: '{"privacy": {"usageStatisticsEnabled": false}}' },
    words: (prompt) => ['--skip-trust', '--approval-mode', 'yolo', '-o', 'text', '-p', prompt],
  },
];

const PROMPT = 'Print the file nonce.txt with your shell tool, then answer with its token.';
const TARGET = [{ provider: 'at-anthropic-messages', model: 'served-by-it' }] as const;

for (const agent of AGENTS) {
  const installed = wantedClient(CLIENT_PACKAGES[agent.client]);
  const skip = installed.kind === 'missing' ? `skipped: not installed (${installed.reason})` : false;
  describe(agent.client, { skip, timeout: 300_000 }, () => {
    for (const way of ['connect', 'run'] as const)
      test(`${way}: its requests come through the gateway, and its settings are what they were`, async () => {
        const four = await startFourFormats(
          {},
          { moreRoutes: { tiers: { opus: TARGET, sonnet: TARGET, haiku: TARGET }, fallback: TARGET } },
        );
        const home = await createHome();
        try {
          const binary = installed.kind === 'ready' ? installed.binary : '';
          await roundTrip(agent, { four, home, binary, way });
        } finally {
          await home.remove();
          await four.close();
        }
      });
  });
}

interface Trip {
  readonly four: FourFormats;
  readonly home: Home;
  readonly binary: string;
  readonly way: 'connect' | 'run';
}

async function roundTrip(agent: Agent, { four, home, binary, way }: Trip): Promise<void> {
  const { client, settings } = agent;
  const port = new URL(four.gateway.url).port;
  const file = join(home.path, settings.path);
  const work = join(home.path, 'work');
  const token = randomBytes(8).toString('hex');
  for (const directory of [dirname(file), work]) mkdirSync(directory, { recursive: true });
  writeFileSync(file, settings.text);
  for (const directory of [home.path, work]) writeFileSync(join(directory, 'nonce.txt'), `NONCE-${token}\n`);
  const connected = await home.run(['connect', client, '--yes', '--port', port]);
  assert.equal(connected.code, 0, connected.stderr);
  if (way === 'run') assert.equal((await home.run(['disconnect', client, '--yes'])).code, 0);
  const environment = environmentOf(agent, home, dirname(binary));
  const said =
    way === 'connect'
      ? await play(binary, agent.words(PROMPT), { work, environment })
      : await home
          .run(['run', '--port', port, client, '--', ...agent.words(PROMPT)], environment)
          .then(({ stdout, stderr }) => stdout + stderr);
  const refused = four.gateway.records.filter(({ outcome }) => outcome.kind !== 'answered');
  assert.ok(said.includes(`DONE-${token}`), `${said}\n${JSON.stringify(refused)}`);
  assert.ok(four.gateway.records.length >= 2);
  if (way === 'connect') assert.equal((await home.run(['disconnect', client, '--yes'])).code, 0);
  const left = readFileSync(file, 'utf8');
  if (agent.rewrites === true) assert.doesNotMatch(left, /switchyard|127\.0\.0\.1/i);
  else assert.equal(left, settings.text);
}

function environmentOf({ environment }: Agent, home: Home, binaries: string): Record<string, string> {
  return {
    PATH: [binaries, dirname(process.execPath), process.env['PATH'] ?? ''].join(':'),
    HOME: home.path,
    SWITCHYARD_HOME: home.path,
    XDG_CONFIG_HOME: join(home.path, '.config'),
    XDG_DATA_HOME: join(home.path, '.local', 'share'),
    XDG_CACHE_HOME: join(home.path, '.cache'),
    XDG_STATE_HOME: join(home.path, '.local', 'state'),
    NO_PROXY: '127.0.0.1,localhost',
    CI: '1',
    NO_COLOR: '1',
    TERM: 'dumb',
    ...environment,
  };
}

async function play(
  binary: string,
  words: readonly string[],
  { work, environment }: { work: string; environment: Record<string, string> },
): Promise<string> {
  const child = spawn(binary, words, {
    cwd: work,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  return said;
}
