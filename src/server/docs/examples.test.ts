/** Every example of a configuration that a page shows can be pasted: it is read as a start would read it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config-io/load-config.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import { openDocsLibrary } from './docs-library.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Examples are about one thing; the providers and keys they speak of are somebody's own. */
const PROVIDERS = 'providers: { zai: {}, openrouter: {} }\n';
const ADDRESSES: Readonly<Record<string, string>> = {
  ALERT_URL: 'https://alerts.example/hook',
  SLACK_WEBHOOK_URL: 'https://hooks.example/hook',
  SMTP_URL: 'smtp://user:password@mail.example:25',
};

const examples = [...openDocsLibrary().pages.values()]
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => ({ file, yaml }));
  })
  .filter(({ yaml }) => !yaml.startsWith('scrape_configs:'));

test('pages show examples', () => assert.ok(examples.length >= 6));

for (const [index, { file, yaml }] of examples.entries())
  test(`example ${index + 1}, of ${file}, is a configuration that can be served`, async () => {
    const text = yaml.startsWith('providers:') ? yaml : PROVIDERS + yaml;
    const names = [...text.matchAll(/env:([A-Z0-9_]+)/g)].map(([, name = '']) => name);
    const environment = Object.fromEntries(
      [...names, 'ZAI_API_KEY', 'OPENROUTER_API_KEY'].map((name) => [
        name,
        ADDRESSES[name] ?? `key-of-${name}`,
      ]),
    );
    const home = join(tmpdir(), 'switchyard-examples');
    const { problems } = await loadConfig({ flags: {}, environment, text, home, programRoot: home });
    assert.deepEqual(problems.map(formatProblem), []);
  });
