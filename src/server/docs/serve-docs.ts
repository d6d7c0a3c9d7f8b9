/** The documentation, offline, at `/docs/`: what this very version says of itself. Loaded with the first reader. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { openDocsLibrary, type DocsLibrary } from './docs-library.ts';
import { PAGE_POLICY, renderPage } from './render-page.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

let library: DocsLibrary | undefined;

/** @throws Error with Node's code when a page cannot be read */
export async function serveDocs(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  if (path === '/docs') {
    response.writeHead(308, { location: '/docs/' }).end();
    return;
  }
  library ??= openDocsLibrary();
  const page = path.slice('/docs/'.length) || 'README.md';
  const file = library.fileOf(page);
  if (file === undefined) {
    response
      .writeHead(404, { 'content-type': 'text/plain' })
      .end('There is no such page; /docs/ lists them.\n');
    return;
  }
  const content = await readFile(file);
  const body = page.endsWith('.md')
    ? Buffer.from(
        renderPage({ file: library.pages.get(page) ?? page, markdown: content.toString() }, library),
      )
    : content;
  response.writeHead(200, {
    'content-type': CONTENT_TYPES[extname(page)] ?? 'text/html; charset=utf-8',
    'content-length': body.length,
    'content-security-policy': PAGE_POLICY,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
