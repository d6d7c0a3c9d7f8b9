/**
 * The arrangement most users have: haiku at a third party with a key of the gateway's, sonnet and opus at
 * Anthropic with the caller's own login. Anthropic is a stand-in behind TLS that `connect_to` leads to, so the
 * origin stays https://api.anthropic.com and the rules for credentials are the real ones.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from './certificates.ts';
import type { RunningGateway } from './gateway.ts';
import { startGateway } from './gateway.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';

export interface ThreeTiers {
  readonly gateway: RunningGateway;
  /** Answers for https://api.anthropic.com. */
  readonly anthropic: ScriptedUpstream;
  readonly zai: ScriptedUpstream;
  /** Speaks OpenAI Chat; every model whose name begins with `gpt-` goes there. */
  readonly chat: ScriptedUpstream;
  /** The caller's login: for Anthropic's eyes only. */
  readonly callerToken: string;
  /** The gateway's own key for the third party. */
  readonly zaiKey: string;
  close(): Promise<void>;
}

export const HAIKU_SERVED_BY = 'glm-4.7';

export async function startThreeTiers(): Promise<ThreeTiers> {
  const opened = new AsyncDisposableStack();
  try {
    const authority = new TestAuthority();
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-tiers-'));
    opened.defer(async () => rm(directory, { recursive: true, force: true }));
    const authorityFile = join(directory, 'authority.pem');
    await writeFile(authorityFile, authority.certificate);
    const anthropic = await startScriptedUpstream({ tls: authority.issue(['api.anthropic.com']) });
    opened.defer(async () => anthropic.close());
    const zai = await startScriptedUpstream();
    opened.defer(async () => zai.close());
    const chat = await startScriptedUpstream();
    opened.defer(async () => chat.close());
    // Two secrets without a common part, so that a trace of one is never a trace of the other.
    const callerToken = `sk-ant-oat01-${randomBytes(24).toString('hex')}`;
    const zaiKey = `zai-key-${randomBytes(24).toString('hex')}`;
    const gateway = await startGateway({
      yaml: `
providers:
  anthropic: { connect_to: "127.0.0.1:${anthropic.port}", ca_file: ${authorityFile}, http: "1.1" }
  zai:
    base_url: ${zai.url}
    format: anthropic-messages
    http: "1.1"
    auth: { header: x-api-key, secret: "env:ZAI_API_KEY" }
  chat:
    base_url: ${chat.url}/v1
    format: openai-chat
    http: "1.1"
    auth: { header: authorization, scheme: Bearer, secret: "env:ZAI_API_KEY" }
tiers:
  haiku: zai/${HAIKU_SERVED_BY}
  sonnet: anthropic
  opus: anthropic
mappings: [{ match: "gpt-*", use: chat }]
`,
      environment: { ZAI_API_KEY: zaiKey },
    });
    opened.defer(async () => gateway.stop());
    return { gateway, anthropic, zai, chat, callerToken, zaiKey, close: async () => opened.disposeAsync() };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** Forms in which a secret might travel: as it is, its parts, and encoded. */
export function tracesOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const tail = secret.slice(-24);
  return [
    secret,
    tail,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
  ].map((text) => Buffer.from(text));
}
