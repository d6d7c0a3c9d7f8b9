/**
 * Checks the architecture: imports go to lower floors only, siblings on a floor are strangers, pure floors
 * touch neither I/O nor packages. Prints every violation and exits 1 when there is one.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'node:fs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder → floor. A folder may import folders of lower floors, and itself. */
const FLOORS: Record<string, number> = {
  lib: 0,
  domain: 1,
  clients: 2,
  formats: 2,
  tasks: 2,
  routing: 2,
  guard: 2,
  pricing: 2,
  comparison: 2,
  providers: 2,
  contract: 2,
  config: 3,
  'config-io': 4,
  transport: 4,
  store: 4,
  credentials: 4,
  'custom-router': 4,
  telemetry: 4,
  chain: 4,
  connect: 4,
  services: 4,
  'admin-client': 4,
  gateway: 5,
  server: 6,
  'compose.ts': 6,
  cli: 7,
  tui: 7,
};

/** Below floor 4 there is no I/O: these are the only outside modules allowed there. */
const PURE_IMPORTS = new Set([
  'node:crypto',
  'node:buffer',
  'node:module',
  'zod',
  'yaml',
  'smol-toml',
  'jsonc-parser',
  '@pydantic/genai-prices',
]);

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

interface Violation {
  readonly file: string;
  readonly imported: string;
  readonly reason: string;
}

/** All violations in the sources below `src`, tests excepted. */
export function findViolations(): Violation[] {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  return files.flatMap((file) => violationsOf(file.replaceAll('\\', '/')));
}

function violationsOf(file: string): Violation[] {
  const source = readFileSync(join(root, file), 'utf8');
  const found: Violation[] = [];
  for (const match of source.matchAll(IMPORT)) {
    const imported = match[1] ?? match[2];
    if (imported === undefined) continue;
    const reason = reasonAgainst(file, imported);
    if (reason !== undefined) found.push({ file, imported, reason });
  }
  return found;
}

function reasonAgainst(file: string, imported: string): string | undefined {
  const from = placeOf(file);
  const fromFloor = FLOORS[from];
  if (fromFloor === undefined) return `folder ${from} has no floor: add it to scripts/check-floors.ts`;
  if (!imported.startsWith('.')) {
    return fromFloor < 4 && !PURE_IMPORTS.has(imported)
      ? 'pure floors import no I/O and no other package'
      : undefined;
  }
  const target = relative(root, resolve(root, dirname(file), imported)).replaceAll('\\', '/');
  if (!target.startsWith('src/')) return target === 'package.json' ? undefined : 'leaves src';
  const to = placeOf(target);
  const toFloor = FLOORS[to];
  if (toFloor === undefined) return `folder ${to} has no floor: add it to scripts/check-floors.ts`;
  if (from === to) return undefined;
  if (toFloor > fromFloor) return `floor ${fromFloor} may not import floor ${toFloor}`;
  if (toFloor === fromFloor && !isSameHouse(from, to)) return `${from} and ${to} are siblings and strangers`;
  return undefined;
}

/** `compose.ts` stands beside `server` on floor 6 and builds it. */
function isSameHouse(from: string, to: string): boolean {
  return from === 'compose.ts' && to === 'server';
}

function placeOf(file: string): string {
  return file.split('/')[1] ?? '';
}

if (import.meta.main) {
  const violations = findViolations();
  for (const { file, imported, reason } of violations)
    console.error(`${file}: imports ${imported}: ${reason}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
