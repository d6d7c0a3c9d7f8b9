/** Real coding agents on providers of another format: each makes a tool round trip. Writes the table of docs/clients.md. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { CLIENT_PACKAGES, wantedClient } from '../../scripts/install-clients.ts';
import type { Format } from '../../src/domain/format.ts';
import { modelAt, startFourFormats } from '../support/four-formats.ts';
import { pathOf } from '../support/recorded-request.ts';
import {
  claudeCommand,
  codexCommand,
  geminiCommand,
  opencodeCommand,
  qwenCommand,
} from './agent-commands.ts';
import { runAgent, type AgentCommand, type AgentInput } from './run-agent.ts';
import { writeClientTable, type ClientRow } from './client-table.ts';

interface Agent {
  readonly client: keyof typeof CLIENT_PACKAGES;
  readonly title: string;
  readonly speaks: Format;
  readonly command: (input: AgentInput) => AgentCommand;
  readonly on: readonly Format[];
}

const AGENTS: readonly Agent[] = [
  {
    client: 'claude',
    title: 'Claude Code',
    speaks: 'anthropic-messages',
    command: claudeCommand,
    on: ['openai-chat', 'openai-responses', 'gemini'],
  },
  {
    client: 'codex',
    title: 'Codex',
    speaks: 'openai-responses',
    command: codexCommand,
    on: ['openai-chat', 'anthropic-messages', 'gemini'],
  },
  {
    client: 'qwen',
    title: 'Qwen Code',
    speaks: 'openai-chat',
    command: qwenCommand,
    on: ['anthropic-messages', 'openai-responses'],
  },
  {
    client: 'opencode',
    title: 'opencode',
    speaks: 'openai-chat',
    command: opencodeCommand('@ai-sdk/openai-compatible'),
    on: ['anthropic-messages'],
  },
  {
    client: 'opencode',
    title: 'opencode',
    speaks: 'anthropic-messages',
    command: opencodeCommand('@ai-sdk/anthropic'),
    on: ['openai-chat'],
  },
  {
    client: 'gemini',
    title: 'Gemini CLI',
    speaks: 'gemini',
    command: geminiCommand,
    on: ['anthropic-messages', 'openai-chat'],
  },
];

const rows: ClientRow[] = [];
after(() => writeClientTable(rows));

for (const agent of AGENTS) {
  const installed = wantedClient(CLIENT_PACKAGES[agent.client]);
  const skip = installed.kind === 'missing' ? `skipped: not installed (${installed.reason})` : false;
  describe(`${agent.title}, speaking ${agent.speaks}`, { skip, timeout: 300_000 }, () => {
    for (const format of agent.on)
      test(`on ${format}: its shell tool runs and its answer holds what only the tool could know`, async () => {
        const binary = installed.kind === 'ready' ? installed.binary : '';
        const target = [{ provider: `at-${format}`, model: `served-${format}` }] as const;
        const four = await startFourFormats(
          {},
          { moreRoutes: { tiers: { opus: target, sonnet: target, haiku: target }, fallback: target } },
        );
        try {
          const run = await runAgent(
            binary,
            { gatewayUrl: four.gateway.url, model: modelAt(format) },
            agent.command,
          );
          const refused = four.gateway.records.filter(({ outcome }) => outcome.kind !== 'answered');
          const said = [run.stdout, run.stderr, JSON.stringify(refused)].join('\n');
          assert.ok(run.stdout.includes(`DONE-${run.token}`), said);
          const asked = four.upstream.requests.filter(({ method }) => method === 'POST').map(pathOf);
          assert.ok(asked.length >= 2, said);
          assert.deepEqual(
            asked.filter((path) => !PATHS[format].test(path)),
            [],
          );
          const translated = four.gateway.records.filter(({ kind }) => kind.format === agent.speaks);
          assert.ok(translated.length >= 2);
          const version = installed.kind === 'ready' ? installed.version : '';
          rows.push({ client: agent.title, version, speaks: agent.speaks, provider: format });
        } finally {
          await four.close();
        }
      });
  });
}

/** Where a request of each format arrives. */
const PATHS: Readonly<Record<Format, RegExp>> = {
  'anthropic-messages': /^\/v1\/messages$/,
  'openai-chat': /^\/v1\/chat\/completions$/,
  'openai-responses': /^\/v1\/responses$/,
  gemini: /^\/v1beta\/models\/[^/]+:(stream)?[gG]enerateContent$/,
};
