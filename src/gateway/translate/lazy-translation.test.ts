import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import { exampleSnapshot } from '../../../test/support/in-process-gateway.ts';
import { expectsTranslation } from './lazy-translation.ts';

const anthropic = exampleProvider({ name: 'anthropic' });

test('a translation is expected where a provider speaks another format than Claude Code', () => {
  const chat = exampleProvider({ name: 'other', format: 'openai-chat' });
  assert.equal(expectsTranslation(exampleSnapshot({ providers: [anthropic] })), false);
  assert.equal(expectsTranslation(exampleSnapshot({ providers: [anthropic, chat] })), true);
});

test('a gateway that has translated nothing has not loaded the code for it', async () => {
  const compose = new URL('../../compose.ts', import.meta.url).href;
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(compose)});
    console.log(JSON.stringify(loaded));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const loaded: unknown = JSON.parse(stdout);
  assert.ok(Array.isArray(loaded) && loaded.includes(compose));
  const early = loaded
    .map(String)
    .filter((url) => /formats\/(translate|codecs)\.ts$|gateway\/translate\/translat/.test(url));
  assert.deepEqual(early, []);
});
