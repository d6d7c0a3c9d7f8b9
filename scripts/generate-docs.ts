/** `npm run generate`: writes every page and schema that is made from code. A test fails when one is stale. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateAdminDocs } from './generate-admin-docs.ts';
import { generateCliDocs } from './generate-cli-docs.ts';
import { generateConfigDocs } from './generate-config-docs.ts';
import { generateErrorDocs } from './generate-error-docs.ts';
import { generateMetricDocs } from './generate-metric-docs.ts';
import { generateTrapDocs } from './generate-trap-docs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const { path, text } of [
  ...generateAdminDocs(),
  ...(await generateCliDocs()),
  ...generateConfigDocs(),
  ...generateErrorDocs(),
  ...generateMetricDocs(),
  ...generateTrapDocs(),
]) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}
