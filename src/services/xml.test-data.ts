/** Just enough of an XML parser to refuse what is not well-formed, and to read back what was written. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

export function parseXml(source: string): XmlElement {
  const body = source.replace(/^<\?xml[^>]*\?>\s*/, '').replace(/^<!DOCTYPE[^>]*>\s*/, '');
  const tokens = [...body.matchAll(/<[^>]*>|[^<]+/g)].map(([token]) => token);
  if (tokens.join('') !== body) throw new Error('not well-formed');
  const root = { name: '', text: '', children: [] as XmlElement[] };
  const open: { name: string; text: string; children: XmlElement[] }[] = [root];
  for (const token of tokens) {
    const top = open.at(-1) ?? root;
    const empty = /^<([A-Za-z]+)\s*\/>$/.exec(token)?.[1];
    const begin = /^<([A-Za-z]+)(?: [A-Za-z]+="[^"<&]*")*>$/.exec(token)?.[1];
    const end = /^<\/([A-Za-z]+)>$/.exec(token)?.[1];
    if (empty !== undefined) top.children.push({ name: empty, text: '', children: [] });
    else if (begin !== undefined) open.push({ name: begin, text: '', children: [] });
    else if (end !== undefined) {
      if (open.pop()?.name !== end) throw new Error(`${end} closes nothing`);
      open.at(-1)?.children.push(top);
    } else if (token.startsWith('<')) throw new Error(`no tag: ${token}`);
    else top.text += unescape(token);
  }
  const [only] = root.children;
  if (open.length !== 1 || only === undefined || root.children.length !== 1)
    throw new Error('no single root');
  return only;
}

/** Every element of a name, anywhere below. */
export function elements(root: XmlElement, name: string): XmlElement[] {
  const own = root.name === name ? [root] : [];
  return [...own, ...root.children.flatMap((child) => elements(child, name))];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

function unescape(text: string): string {
  if (/&(?!(?:amp|lt|gt|#\d+);)|>/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string | undefined) =>
    code === undefined ? (ENTITIES[name ?? ''] ?? '') : String.fromCharCode(Number(code)),
  );
}
