/** A page of the documentation as HTML that needs nothing but itself: no script, no font, no other host. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Marked, type Tokens } from 'marked';
import type { DocsLibrary } from './docs-library.ts';

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#d8dee4,#30363d);--soft:light-dark(#f6f8fa,#161b22);--link:light-dark(#0550ae,#79c0ff)}
*{box-sizing:border-box}
body{margin:0;font:16px/1.6 system-ui,sans-serif;display:grid;grid-template-columns:16rem minmax(0,52rem);gap:2.5rem;padding:1.5rem}
nav{font-size:.875rem;border-right:1px solid var(--line);padding-right:1rem}
nav ul{list-style:none;margin:0 0 1rem;padding:0}
nav [aria-current]{font-weight:600}
a{color:var(--link)}
pre{background:var(--soft);padding:.8rem 1rem;overflow:auto;border-radius:6px}
code{font:.875em ui-monospace,monospace}
table{border-collapse:collapse;display:block;overflow:auto}
th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}
h1,h2{border-bottom:1px solid var(--line);padding-bottom:.2rem}
@media (max-width:50rem){body{grid-template-columns:minmax(0,1fr)}nav{border:0}}
`;

/** What the page may do in a browser: show itself, in the one style it brings. */
export const PAGE_POLICY = `default-src 'none'; img-src 'self' data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

export interface PageSource {
  /** Path of the file below the program's root, which its links are relative to. */
  readonly file: string;
  readonly markdown: string;
}

export function renderPage({ file, markdown }: PageSource, library: DocsLibrary): string {
  const body = markdownToHtml({ file, markdown }, library);
  const title = /^#\s+(.+)$/m.exec(markdown)?.[1] ?? file;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">',
    `<title>${escapeHtml(title)} · Switchyard</title><style>${STYLE}</style></head>`,
    `<body>${navigation(file, library)}<main>${body}</main></body></html>`,
  ].join('');
}

function markdownToHtml({ file, markdown }: PageSource, library: DocsLibrary): string {
  const marked = new Marked({
    walkTokens: (token) => {
      if (token.type === 'link' || token.type === 'image')
        token.href = resolveLink(token.href, file, library);
    },
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        return `<h${depth} id="${slugOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
    },
  });
  return marked.parse(markdown, { async: false });
}

/** Links between pages become paths below `/docs/`; those that lead elsewhere in the checkout lead nowhere here. */
function resolveLink(href: string, file: string, library: DocsLibrary): string {
  if (/^([a-z]+:|#)/i.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const url = library.urlOf(posix.join(posix.dirname(file), path));
  if (url === undefined) return '#';
  return anchor === undefined ? url : `${url}#${anchor}`;
}

function navigation(current: string, { pages }: DocsLibrary): string {
  const groups = new Map<string, string[]>();
  for (const [page, file] of pages) {
    if (!page.endsWith('.md')) continue;
    const group = posix.dirname(page);
    const mark = file === current ? ' aria-current="page"' : '';
    const item = `<li><a href="/docs/${page}"${mark}>${escapeHtml(posix.basename(page, '.md'))}</a></li>`;
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  const lists = [...groups].map(
    ([group, items]) => `${group === '.' ? '' : escapeHtml(group)}<ul>${items.join('')}</ul>`,
  );
  return `<nav aria-label="Pages">${lists.join('')}</nav>`;
}

/** As GitHub names headings, so that a link works in both places. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
