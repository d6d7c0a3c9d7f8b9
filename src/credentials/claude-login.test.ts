import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { GatewayError } from '../domain/errors.ts';
import { ClaudeLogin, claudeLoginFile } from './claude-login.ts';

describe("the Claude login of this machine's user", () => {
  let folder = '';
  let file = '';
  let now = 0;
  const clock = { now: () => now, monotonic: () => now };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'switchyard-login-'));
    file = claudeLoginFile({ CLAUDE_CONFIG_DIR: folder });
    now = 1_000;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function logIn(accessToken: string, expiresAt?: number): void {
    writeFileSync(file, JSON.stringify({ claudeAiOauth: { accessToken, refreshToken: 'r', expiresAt } }));
  }

  function tokenOf(login: ClaudeLogin): string | undefined {
    return login.credential().headers[0]?.value.reveal();
  }

  function isUnusable(reason: RegExp): (error: unknown) => boolean {
    return (error) =>
      error instanceof GatewayError &&
      error.code === 'upstream_credential_missing' &&
      reason.test(error.message);
  }

  test('is given as the OAuth credential that a caller would have sent', () => {
    logIn('sk-ant-oat01-a', 2_000);
    const credential = new ClaudeLogin({ file, clock }).credential();
    assert.equal(credential.kind, 'oauth');
    assert.deepEqual(
      credential.headers.map(({ name, value }) => [name, value.reveal()]),
      [['authorization', 'Bearer sk-ant-oat01-a']],
    );
    assert.doesNotMatch(inspect(credential, { depth: 9 }) + JSON.stringify(credential), /oat01/u);
  });

  test('is read again when Claude Code has renewed it', () => {
    const login = new ClaudeLogin({ file, clock });
    logIn('old');
    assert.equal(tokenOf(login), 'Bearer old');
    logIn('new');
    assert.equal(tokenOf(login), 'Bearer old');
    now += 5_000;
    assert.equal(tokenOf(login), 'Bearer new');
  });

  test('is refused once it has expired, and taken again after a renewal', () => {
    const login = new ClaudeLogin({ file, clock });
    logIn('old', 1_500);
    assert.equal(tokenOf(login), 'Bearer old');
    now = 1_500;
    assert.throws(() => login.credential(), isUnusable(/has expired/u));
    logIn('new', 9_000);
    now = 6_000;
    assert.equal(tokenOf(login), 'Bearer new');
  });

  test('is missing when the file is, or holds something else; its text is never quoted', () => {
    const login = new ClaudeLogin({ file, clock });
    assert.throws(() => login.credential(), isUnusable(/cannot be read/u));
    for (const text of ['', 'sk-ant-oat01-secret', '{}', '{"claudeAiOauth":{"accessToken":""}}', 'null']) {
      writeFileSync(file, text);
      assert.throws(
        () => login.credential(),
        (error) => isUnusable(/holds no/u)(error) && !inspect(error).includes('oat01'),
      );
    }
  });
});
