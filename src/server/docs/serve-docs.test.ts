import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { call } from '../../../test/support/call.ts';
import { startInProcess } from '../../../test/support/in-process-gateway.ts';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import { openDocsLibrary } from './docs-library.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const gateway = await startInProcess({ providers: [exampleProvider({})] });
after(async () => gateway.stop());

const get = async (path: string, method = 'GET') => call(gateway.url, path, { method });

test('every page is served, and every link of every page leads somewhere', async () => {
  const library = openDocsLibrary();
  const pages = [...library.pages.keys()].filter((page) => page.endsWith('.md'));
  const ids = new Map<string, Set<string>>();
  const links: { from: string; to: string }[] = [];
  for (const page of pages) {
    const { status, body, headers } = await get(`/docs/${page}`);
    assert.equal(status, 200, page);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    const html = body.toString();
    ids.set(`/docs/${page}`, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '')));
    for (const [, to = ''] of html.matchAll(/href="(\/docs\/[^"]*|#[^"]*)"/g))
      links.push({ from: page, to: to.startsWith('#') ? `/docs/${page}${to}` : to });
  }
  const broken = links.filter(({ to }) => {
    const [path = '', anchor] = to.split('#');
    const known = ids.get(path);
    if (known === undefined) return library.fileOf(path.slice('/docs/'.length)) === undefined;
    return anchor !== undefined && anchor !== '' && !known.has(anchor);
  });
  assert.deepEqual(broken, []);
});

test('every link between files leads to a file, also where it is no page', () => {
  const library = openDocsLibrary();
  const broken = [...library.pages.values(), 'CONTRIBUTING.md', 'AGENTS.md']
    .filter((file) => file.endsWith('.md') && !file.includes('/generated/'))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8').replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
      const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
      return targets
        .filter((target) => !/^[a-z]+:/i.test(target) && !existsSync(join(ROOT, dirname(file), target)))
        .map((target) => `${file}: ${target}`);
    });
  assert.deepEqual(broken, []);
});

test('every file of the program that a page names is there', () => {
  const pages = [...openDocsLibrary().pages.values(), 'CONTRIBUTING.md', 'AGENTS.md'];
  const gone = pages
    .filter((file) => file.endsWith('.md') && !/CHANGELOG|traps/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      const named = text.matchAll(/(?<![\w/.-])(?:src|test|scripts|fixtures|bench)\/[\w./-]*\w/g);
      return [...named].flatMap(([path]) => (existsSync(join(ROOT, path)) ? [] : [`${file}: ${path}`]));
    });
  assert.deepEqual(gone, []);
});

test('every page of docs/ stands in the index', () => {
  const index = readFileSync(join(ROOT, 'docs/README.md'), 'utf8');
  const missing = [...openDocsLibrary().pages]
    .filter(([page]) => page.endsWith('.md') && !page.startsWith('about/') && page !== 'README.md')
    .filter(([page]) => !/^decisions\/\d/.test(page) && !index.includes(`(${page})`));
  assert.deepEqual(missing, []);
});

test('the start page is the index, and its short name leads there', async () => {
  assert.match((await get('/docs/')).body.toString(), /<h1 id="documentation">/);
  const moved = await get('/docs');
  assert.deepEqual([moved.status, moved.headers.location], [308, '/docs/']);
});

test('what is no page cannot be had, whatever its path', async () => {
  for (const path of ['/docs/package.json', '/docs/nothing.md', '/docs/about/LICENSE', '/docs/README'])
    assert.equal((await get(path)).status, 404, path);
  for (const path of ['/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/..%2fpackage.json'])
    assert.ok((await get(path)).status >= 400, path);
});

test('a page may run nothing and load nothing from elsewhere', async () => {
  const { headers, body } = await get('/docs/routing.md');
  assert.match(
    String(headers['content-security-policy']),
    /^default-src 'none'; img-src 'self' data:; style-src 'sha256-/,
  );
  assert.doesNotMatch(body.toString(), /<script|https?:\/\/[^"]*\.(css|js)|onload=/);
});

test('only reading is offered', async () => {
  const answer = await get('/docs/', 'POST');
  assert.deepEqual([answer.status, answer.headers.allow], [405, 'GET, HEAD']);
  assert.equal((await get('/docs/', 'HEAD')).body.length, 0);
});
