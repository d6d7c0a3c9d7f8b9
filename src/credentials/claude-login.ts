/**
 * The login that Claude Code keeps on this machine, as the credential of loopback callers that send none. It is
 * read only where the configuration asks for it, never written, and like every OAuth token of Anthropic's it
 * leaves for https://api.anthropic.com or not at all.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { CallerCredential } from '../domain/credential.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';

/** How long what was read is believed, in milliseconds: Claude Code renews its token whenever it likes. */
const LIFETIME = 5_000;

/** `expiresAt` is wall-clock milliseconds; older versions do not write it. */
const fileSchema = z.object({
  claudeAiOauth: z.object({ accessToken: z.string().min(1), expiresAt: z.number().optional() }),
});

export interface ClaudeLoginOptions {
  readonly file: string;
  readonly clock: Clock;
}

/** Where Claude Code keeps its login; on macOS it uses the key chain instead and this file may be absent. */
export function claudeLoginFile(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude'), '.credentials.json');
}

export class ClaudeLogin {
  readonly #file: string;
  readonly #clock: Clock;
  #known: { readonly token: Secret; readonly expiresAt: number; readonly until: number } | undefined;

  constructor({ file, clock }: ClaudeLoginOptions) {
    this.#file = file;
    this.#clock = clock;
  }

  /**
   * The credential as if the caller had sent it.
   * @throws {GatewayError} `upstream_credential_missing` when there is no login, or it has expired
   */
  credential(): CallerCredential {
    const { token, expiresAt } = this.#fresh();
    if (expiresAt <= this.#clock.now()) throw this.#unusable('has expired');
    return { kind: 'oauth', headers: [{ name: 'authorization', value: token }] };
  }

  /** Whether there is a login at all; says nothing of whether it is still good. */
  available(): boolean {
    try {
      this.#fresh();
      return true;
    } catch {
      return false; // No file, no right to read it, or no token in it: in each case no login that could serve.
    }
  }

  #fresh(): { readonly token: Secret; readonly expiresAt: number } {
    if (this.#known !== undefined && this.#clock.monotonic() < this.#known.until) return this.#known;
    const { accessToken, expiresAt = Infinity } = this.#read();
    const token = new Secret(`Bearer ${accessToken}`);
    this.#known = { token, expiresAt, until: this.#clock.monotonic() + LIFETIME };
    return this.#known;
  }

  #read(): z.infer<typeof fileSchema>['claudeAiOauth'] {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      throw this.#unusable('cannot be read', error);
    }
    try {
      return fileSchema.parse(JSON.parse(text)).claudeAiOauth;
    } catch {
      // The cause is left out: a parser quotes the text it fails on, and the text is a secret.
      throw this.#unusable('holds no claudeAiOauth.accessToken');
    }
  }

  #unusable(reason: string, cause?: unknown): GatewayError {
    const text = `The Claude login in ${this.#file} ${reason}. Log in with Claude Code once more.`;
    return new GatewayError('upstream_credential_missing', text, { cause });
  }
}
