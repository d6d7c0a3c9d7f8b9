/** Which pages there are and under which path of `/docs/` each is read. Only what is listed here can be asked for. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout or of the installed package; sources and built files lie equally deep. */
const PROGRAM_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Pages beside the folder `docs/`; they are read below `/docs/about/`. */
const TOP_PAGES = ['README.md', 'CHANGELOG.md', 'SECURITY.md'] as const;

export interface DocsLibrary {
  /** Path below `/docs/` → path below the program's root. */
  readonly pages: ReadonlyMap<string, string>;
  fileOf(page: string): string | undefined;
  /** Where a file of the program is read; `undefined` when it is none of the pages. */
  urlOf(file: string): string | undefined;
}

export function openDocsLibrary(root = PROGRAM_ROOT): DocsLibrary {
  const files = globSync('docs/**/*.{md,json,png,svg}', { cwd: root }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const pages = new Map(files.sort().map((file) => [file.slice('docs/'.length), file]));
  for (const page of TOP_PAGES) pages.set(`about/${page}`, page);
  const urls = new Map([...pages].map(([page, file]) => [file, `/docs/${page}`]));
  return {
    pages,
    fileOf: (page) => {
      const file = pages.get(page);
      return file === undefined ? undefined : join(root, file);
    },
    urlOf: (file) => urls.get(file),
  };
}
