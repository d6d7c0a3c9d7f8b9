/**
 * `npm run build`: the sources as JavaScript in `dist/`, for the package that npm installs. Node strips no types below
 * node_modules, so it is done here, by the very stripper that Node runs the sources with: positions stay, and so do
 * stack traces. Nothing is bundled or renamed.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A relative path to a source file, in an import or in `new URL(…, import.meta.url)`. */
const SOURCE_PATH = /(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g;

/** One source file as JavaScript that refers to the other built files. */
export function buildSource(text: string): string {
  return stripTypeScriptTypes(text, { mode: 'strip' }).replace(SOURCE_PATH, '$1$2.js$1');
}

/** Test files and what only they read are left out. */
export function isShipped(path: string): boolean {
  return !/\.(test|test-data)\.ts$/.test(path);
}

function build(): void {
  const target = join(root, 'dist');
  rmSync(target, { recursive: true, force: true });
  const sources = globSync('**/*.ts', { cwd: join(root, 'src') }).filter(isShipped);
  for (const source of sources) {
    const file = join(target, source.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, buildSource(readFileSync(join(root, 'src', source), 'utf8')));
  }
  console.log(`built ${sources.length} files into dist/`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
