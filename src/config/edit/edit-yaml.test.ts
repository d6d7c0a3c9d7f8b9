import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isMap, isNode, parseDocument } from 'yaml';
import { changeValues, type ConfigChange } from './config-change.ts';
import { editYaml, read } from './edit-yaml.ts';

const FILE = `# Ours.
server:
  listen: 127.0.0.1:8082   # the usual port

providers:
  anthropic:                       # present by default
    base_url: https://api.anthropic.com
  zai:
    auth: { header: x-api-key, secret: env:ZAI_API_KEY }
    limits: {concurrent: 1}
  # openrouter: {}

tiers:                             # cascade
    haiku:
      - zai/glm-4.7   # cheap
      - "openrouter/stepfun/step-3.5-flash:free"
    sonnet:  'anthropic'
    # opus: anthropic

mappings:
- match: coder-model
  use: zai/glm-4.7
- { match: "gpt-5*", use: [zai] }
tasks:
# The end.
`;

const set = (path: (string | number)[], value: string | number | object): ConfigChange => ({
  kind: 'set',
  path,
  // Literals of these tests are plain JSON.
  value: value as string,
});

/** What a change takes away and brings, as lines. */
function difference(before: string, after: string): [removed: string[], added: string[]] {
  const old = before.split('\n');
  const next = after.split('\n');
  let start = 0;
  while (start < old.length && old[start] === next[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, next.length) - start && old.at(-1 - end) === next.at(-1 - end)) end += 1;
  return [old.slice(start, old.length - end), next.slice(start, next.length - end)];
}

function edit(text: string, ...changes: ConfigChange[]): string {
  const result = editYaml(text, changes);
  assert.equal(result.kind, 'edited');
  return result.kind === 'edited' ? result.text : '';
}

const TABLE: readonly [name: string, change: ConfigChange, removed: string[], added: string[]][] = [
  [
    'a value with a comment behind it',
    set(['server', 'listen'], '127.0.0.1:9000'),
    ['  listen: 127.0.0.1:8082   # the usual port'],
    ['  listen: "127.0.0.1:9000"   # the usual port'],
  ],
  [
    'a value in quotes',
    set(['tiers', 'sonnet'], 'zai/glm-4.7'),
    ["    sonnet:  'anthropic'"],
    ['    sonnet:  zai/glm-4.7'],
  ],
  [
    'a list in lines becomes another list in lines',
    set(['tiers', 'haiku'], ['zai', 'anthropic']),
    ['      - zai/glm-4.7   # cheap', '      - "openrouter/stepfun/step-3.5-flash:free"'],
    ['      - zai', '      - anthropic'],
  ],
  [
    'a list in lines becomes one word',
    set(['tiers', 'haiku'], 'anthropic'),
    ['    haiku:', '      - zai/glm-4.7   # cheap', '      - "openrouter/stepfun/step-3.5-flash:free"'],
    ['    haiku: anthropic'],
  ],
  [
    'one item of a list',
    set(['tiers', 'haiku', 0], 'zai'),
    ['      - zai/glm-4.7   # cheap'],
    ['      - zai   # cheap'],
  ],
  ['a new key, in the indentation of its neighbours', set(['tiers', 'opus'], 'zai'), [], ['    opus: zai']],
  [
    'a new key between braces',
    set(['providers', 'zai', 'limits', 'queue'], 4),
    ['    limits: {concurrent: 1}'],
    ['    limits: {concurrent: 1, queue: 4}'],
  ],
  [
    'a new provider',
    set(['providers', 'openrouter', 'auth'], { header: 'authorization', secret: 'env:KEY' }),
    [],
    ['  openrouter:', '    auth:', '      header: authorization', '      secret: "env:KEY"'],
  ],
  ['a key of an empty section', set(['tasks', 'image', 'use'], ['zai']), [], ['  image:', '    use: [zai]']],
  ['a new section', set(['retry', 'attempts'], 2), [], ['retry:', '  attempts: 2']],
  [
    'a key of an item',
    set(['mappings', 0, 'use'], 'anthropic'),
    ['  use: zai/glm-4.7'],
    ['  use: anthropic'],
  ],
  [
    'a key of an item between braces',
    set(['mappings', 1, 'use'], 'anthropic'),
    ['- { match: "gpt-5*", use: [zai] }'],
    ['- { match: "gpt-5*", use: anthropic }'],
  ],
  [
    'an item at the end',
    { kind: 'insert', path: ['mappings', 2], value: { match: 'x*', use: 'zai' } },
    [],
    ['- match: "x*"', '  use: zai'],
  ],
  [
    'an item in front',
    { kind: 'insert', path: ['tiers', 'haiku', 0], value: 'anthropic' },
    [],
    ['      - anthropic'],
  ],
  ['a key that goes', { kind: 'remove', path: ['tiers', 'sonnet'] }, ["    sonnet:  'anthropic'"], []],
  [
    'a key that goes from between braces',
    { kind: 'remove', path: ['providers', 'zai', 'auth', 'header'] },
    ['    auth: { header: x-api-key, secret: env:ZAI_API_KEY }'],
    ['    auth: { secret: env:ZAI_API_KEY }'],
  ],
  [
    'the only key of a section',
    { kind: 'remove', path: ['server', 'listen'] },
    ['server:', '  listen: 127.0.0.1:8082   # the usual port'],
    ['server: {}'],
  ],
  [
    'an item that goes',
    { kind: 'remove', path: ['tiers', 'haiku', 1] },
    ['      - "openrouter/stepfun/step-3.5-flash:free"'],
    [],
  ],
];

for (const [name, change, removed, added] of TABLE)
  test(`${name} is changed, and no other line is`, () => {
    assert.deepEqual(difference(FILE, edit(FILE, change)), [removed, added]);
  });

test('Windows line ends stay what they are', () => {
  const windows = FILE.replaceAll('\n', '\r\n');
  const edited = edit(windows, set(['tiers', 'opus'], 'zai'), set(['retry', 'attempts'], 2));
  assert.equal(edited.replaceAll('\r\n', ''), edited.replaceAll(/[\r\n]/g, ''));
  assert.equal(
    edited.replaceAll('\r\n', '\n'),
    edit(FILE, set(['tiers', 'opus'], 'zai'), set(['retry', 'attempts'], 2)),
  );
});

for (const [text, expected] of [
  ['', 'tiers:\n  haiku: zai\n'],
  ['# only a comment', '# only a comment\ntiers:\n  haiku: zai\n'],
  ['tiers: {}\n', 'tiers: { haiku: zai }\n'],
  ['tiers:', 'tiers:\n  haiku: zai\n'],
  ['tiers: # none yet\n# end\n', 'tiers: # none yet\n  haiku: zai\n# end\n'],
  ['tiers:\n  opus: x', 'tiers:\n  opus: x\n  haiku: zai\n'],
] as const)
  test(`a key is put into ${JSON.stringify(text)}`, () => {
    assert.equal(edit(text, set(['tiers', 'haiku'], 'zai')), expected);
  });

test('what an alias shares is written out for the one that is changed, or refused; never changed for both', () => {
  const shared = 'a: &x { b: 1, d: 1 }\nc: *x\n';
  assert.deepEqual(read(edit(shared, set(['c'], { b: 2 }))), { a: { b: 1, d: 1 }, c: { b: 2 } });
  assert.equal(editYaml(shared, [set(['c', 'b'], 2)]).kind, 'impossible');
  assert.equal(editYaml('{', [set(['c'], 2)]).kind, 'impossible');
});

const key = fc.constantFrom('a', 'b', 'haiku', 'glm-4.7', '__proto__', 'yes', 'with space', '1', 'key:colon');
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('env:KEY', 'zai/glm-4.7', 'no', '- x', '# no comment', 'a: b', 'multi\nline', '*star', '~'),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** A document in one of the ways people write: in lines or between braces, with comments wherever they may stand. */
function write(node: unknown, indent: number, style: () => boolean): string {
  const pad = ' '.repeat(indent);
  const remark = () => (style() ? `   # remark ${indent}` : '');
  if (typeof node !== 'object' || node === null)
    return `${style() ? '  ' : ' '}${JSON.stringify(node)}${remark()}\n`;
  const entries = Object.entries(node);
  if (entries.length === 0 || style()) return ` ${JSON.stringify(node)}${remark()}\n`;
  const lines = entries.map(([name, below]) => {
    const above = style() ? `${pad}# above ${indent}\n` : '';
    const lead = Array.isArray(node) ? '-' : `${JSON.stringify(name)}:`;
    const text = write(below, indent + 2, style);
    return `${above}${pad}${lead}${text}${style() ? '\n' : ''}`;
  });
  return `${remark()}\n${lines.join('')}`;
}

const pathsOf = (node: unknown): (string | number)[][] =>
  typeof node !== 'object' || node === null
    ? [[]]
    : [
        [],
        ...Object.entries(node).flatMap(([name, below]) =>
          pathsOf(below).map((path) => [Array.isArray(node) ? Number(name) : name, ...path]),
        ),
      ];

test('any value of any document can be changed, and every byte outside of its lines stays', () => {
  const tree = fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });
  fc.assert(
    fc.property(tree, fc.nat(), value, fc.infiniteStream(fc.boolean()), (values, pick, next, choices) => {
      const style = (): boolean => choices.next().value === true;
      const text = write(values, 0, () => false) === '' ? '' : write(values, 0, style).trimStart();
      const before = read(text);
      fc.pre(before !== undefined && JSON.stringify(before) === JSON.stringify(values));
      const paths = pathsOf(values).filter((path) => path.length > 0);
      const path = paths[pick % paths.length] ?? ['a'];
      // Values of the generator are plain JSON.
      const change: ConfigChange = { kind: 'set', path, value: next as string };
      const after = edit(text, change);
      assert.equal(JSON.stringify(read(after)), JSON.stringify(changeValues(before, change)));
      const [removed] = difference(text, after);
      const own = new Set(linesOf(text, path));
      for (const line of removed) assert.ok(own.has(line), `${line} was not to be touched`);
    }),
    { numRuns: 300 },
  );
});

/** The lines from the key at a path to the end of its value. */
function linesOf(text: string, path: readonly (string | number)[]): string[] {
  const document = parseDocument(text);
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const value = document.getIn(path, true);
  const step = String(path.at(-1));
  const pair = isMap(parent) ? parent.items.find(({ key: name }) => String(name) === step) : undefined;
  const nodes = [pair?.key, value].filter((node) => isNode(node));
  const offsets = nodes.flatMap(({ range }) => range?.slice(0, 2) ?? []);
  const from = text.slice(0, Math.min(...offsets)).split('\n').length - 1;
  const to = text.slice(0, Math.max(...offsets)).split('\n').length;
  return text.split('\n').slice(from, to);
}
