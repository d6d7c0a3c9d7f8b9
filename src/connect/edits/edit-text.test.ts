import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../domain/json-value.ts';
import { editText, revertText, type KeyEdit } from './edit-text.ts';
import { sameValue, valueAt, withValue } from './plain-value.ts';
import { BrokenText, type SyntaxName } from './syntax.ts';
import { SYNTAXES } from './syntaxes.ts';

interface Case {
  readonly name: string;
  readonly syntax: SyntaxName;
  readonly before: string;
  readonly edits: readonly KeyEdit[];
  readonly after: string;
}

const URL = 'http://127.0.0.1:8082';
const BASE_URL: KeyEdit = { path: ['env', 'ANTHROPIC_BASE_URL'], value: URL };

const CASES: readonly Case[] = [
  {
    name: 'a JSON file that is empty becomes one with an object',
    syntax: 'json',
    before: '',
    edits: [BASE_URL],
    after: `{\n  "env": {\n    "ANTHROPIC_BASE_URL": "${URL}"\n  }\n}\n`,
  },
  {
    name: 'comments, hooks, tabs and Windows line ends of a JSON file stay',
    syntax: 'json',
    before:
      '{\r\n\t// mine\r\n\t"hooks": {"Stop": [ ]}, /* two */\r\n\t"env": {\r\n\t\t"A": "1" // one\r\n\t}\r\n}\r\n',
    edits: [BASE_URL],
    after: `{\r\n\t// mine\r\n\t"hooks": {"Stop": [ ]}, /* two */\r\n\t"env": {\r\n\t\t"A": "1", // one\r\n\t\t"ANTHROPIC_BASE_URL": "${URL}"\r\n\t}\r\n}\r\n`,
  },
  {
    name: 'a trailing comma of a JSON file stays one',
    syntax: 'json',
    before: '{\n   "a": 1,\n}',
    edits: [{ path: ['b'], value: { c: [1] } }],
    after: '{\n   "a": 1,\n   "b": {\n      "c": [\n         1\n      ]\n   },\n}',
  },
  {
    name: 'a JSON file in one line stays in one line',
    syntax: 'json',
    before: '{"a":{"b":1}}',
    edits: [{ path: ['a', 'c'], value: 'x' }],
    after: '{"a":{"b":1,"c":"x"}}',
  },
  {
    name: 'what stood at the key of a JSON file is replaced where it stands',
    syntax: 'json',
    before: '{ "env": { "ANTHROPIC_BASE_URL" : "http://old" } }',
    edits: [BASE_URL],
    after: `{ "env": { "ANTHROPIC_BASE_URL" : "${URL}" } }`,
  },
  {
    name: 'keys of a TOML file go before its tables, a new table behind them',
    syntax: 'toml',
    before: '# mine\nmodel = "gpt" # best\n\n[mcp_servers.x]\ncommand = "a"\nargs = [\n  "[b", # ]\n]\n',
    edits: [
      { path: ['model_provider'], value: 'switchyard' },
      { path: ['model_providers', 'switchyard', 'base_url'], value: `${URL}/v1` },
      { path: ['model_providers', 'switchyard', 'wire_api'], value: 'responses' },
    ],
    after: `# mine\nmodel = "gpt" # best\nmodel_provider = "switchyard"\n\n[mcp_servers.x]\ncommand = "a"\nargs = [\n  "[b", # ]\n]\n\n[model_providers.switchyard]\nbase_url = "${URL}/v1"\nwire_api = "responses"\n`,
  },
  {
    name: 'a TOML file without a last line end is closed first',
    syntax: 'toml',
    before: '[a]\r\nb = """\r\n[model]\r\n"""',
    edits: [{ path: ['a', 'c'], value: 1 }],
    after: '[a]\r\nb = """\r\n[model]\r\n"""\r\nc = 1',
  },
  {
    name: 'a YAML mapping grows behind its last line, at its own indentation',
    syntax: 'yaml',
    before: 'model:   # which\n    default: x   # name\n\nagent:\n   max: 3\n',
    edits: [{ path: ['model', 'base_url'], value: `${URL}/v1` }],
    after: `model:   # which\n    default: x   # name\n    base_url: ${URL}/v1\n\nagent:\n   max: 3\n`,
  },
  {
    name: 'a YAML key with nothing behind it is filled',
    syntax: 'yaml',
    before: 'model:\nagent: 1\n',
    edits: [{ path: ['model', 'provider'], value: 'custom' }],
    after: 'model:\n  provider: custom\nagent: 1\n',
  },
  {
    name: 'a variable is added behind the last line, and replaced where it stands',
    syntax: 'env',
    before: '# keys\nexport A="1"  # one\nB=2',
    edits: [
      { path: ['A'], value: '3' },
      { path: ['GEMINI_API_KEY'], value: 'pass' },
    ],
    after: '# keys\nexport A=3  # one\nB=2\nGEMINI_API_KEY=pass\n',
  },
];

for (const { name, syntax, before, edits, after } of CASES)
  test(name, () => {
    const edited = editText(SYNTAXES[syntax], before, edits);
    assert.equal(edited.text, after);
  });

test('a second time nothing is left to change', () => {
  for (const { syntax, after, edits } of CASES) {
    const again = editText(SYNTAXES[syntax], after, edits);
    assert.deepEqual([again.text, again.changes], [after, []]);
  }
});

test('a value that may only be added is left alone where there is one', () => {
  const edits: KeyEdit[] = [{ path: ['KEY'], value: 'pass', when: 'add' }];
  assert.equal(editText(SYNTAXES.env, 'KEY=mine\n', edits).text, 'KEY=mine\n');
});

const BROKEN: readonly [string, SyntaxName, string, KeyEdit][] = [
  ['a JSON file with a mistake', 'json', '{"a": 1,\n "b": }', BASE_URL],
  ['a JSON file with a list at its top', 'json', '[1]', BASE_URL],
  ['a JSON file with a key twice', 'json', '{"env": {}, "env": {"A": "1"}}', BASE_URL],
  ['a JSON file with a text where an object should be', 'json', '{"env": "x"}', BASE_URL],
  ['a TOML file with a mistake', 'toml', 'a = = 1', { path: ['b'], value: 1 }],
  ['a TOML file with the table in braces', 'toml', 'a = { b = 1 }\n', { path: ['a', 'c'], value: 1 }],
  ['a YAML file with a mistake', 'yaml', 'a: [1\nb: 2\n', { path: ['b'], value: 1 }],
  ['a YAML file with the mapping in braces', 'yaml', 'model: {a: 1}\n', { path: ['model', 'b'], value: 1 }],
  [
    'a YAML file with a text where a mapping should be',
    'yaml',
    'model: x\n',
    { path: ['model', 'b'], value: 1 },
  ],
  ['a variable that is set twice', 'env', 'A=1\nA=2\n', { path: ['A'], value: '3' }],
];

for (const [name, syntax, text, edit] of BROKEN)
  test(`${name} is refused, and the refusal repeats nothing of it`, () => {
    assert.throws(
      () => editText(SYNTAXES[syntax], text, [edit]),
      (error) => error instanceof BrokenText && !error.message.includes(text),
    );
  });

/** Plain values that every syntax can hold. */
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.boolean(),
);
const key = fc.oneof(
  fc.constantFrom('env', 'model', 'a', 'b', 'base_url'),
  fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/),
);
const tree: fc.Arbitrary<JsonObject> = fc.letrec<{ object: JsonObject; value: JsonValue }>((tie) => ({
  object: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4 }),
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(scalar, { maxLength: 2 }), tie('object')),
})).object;
const path = fc.array(key, { minLength: 1, maxLength: 3 });

/** A text of the same meaning, laid out as people do: comments, blank lines, odd indentation, other line ends. */
interface Layout {
  readonly indentation: number;
  readonly comments: readonly boolean[];
  readonly windows: boolean;
  readonly closed: boolean;
}
const layout: fc.Arbitrary<Layout> = fc.record({
  indentation: fc.integer({ min: 1, max: 5 }),
  comments: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  windows: fc.boolean(),
  closed: fc.boolean(),
});

function laidOut(lines: readonly string[], mark: string, { comments, windows, closed }: Layout): string {
  const eol = windows ? '\r\n' : '\n';
  const commented = lines.map((line, index) => {
    if (!comments[index % comments.length] || !/[\w\]"'{,]$/.test(line)) return line;
    return index % 2 === 0
      ? `${line} ${mark} a note, [with] "signs": {`
      : `${line}\n\n${mark} a line of its own`;
  });
  return commented.join('\n').replaceAll('\n', eol) + (closed ? eol : '');
}

type Render = (value: JsonObject, layout: Layout) => string;

const RENDERERS: Readonly<Record<Exclude<SyntaxName, 'env'>, Render>> = {
  json: (value, how) =>
    how.indentation === 5
      ? JSON.stringify(value)
      : laidOut(JSON.stringify(value, null, how.indentation).split('\n'), '//', how),
  yaml: (value, how) => laidOut(yamlLines(value, '', how.indentation), '#', how),
  toml: (value, how) => laidOut(tomlLines(value, []), '#', how),
};

function yamlLines(value: JsonObject, lead: string, indentation: number): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    isTable(inner)
      ? [`${lead}${name}:`, ...yamlLines(inner, lead + ' '.repeat(indentation), indentation)]
      : [`${lead}${JSON.stringify(name)}: ${JSON.stringify(inner)}`],
  );
}

function tomlLines(value: JsonObject, above: readonly string[]): string[] {
  const pairs = Object.entries(value).filter(([, inner]) => !isTable(inner));
  const tables = Object.entries(value).filter(([, inner]) => isTable(inner));
  return [
    ...(above.length === 0 ? [] : [`[${above.join('.')}]`]),
    ...pairs.map(
      ([name, inner]) => `${name} = ${JSON.stringify(inner).replaceAll('\u007f', String.raw`\u007f`)}`,
    ),
    ...tables.flatMap(([name, inner]) => (isTable(inner) ? tomlLines(inner, [...above, name]) : [])),
  ];
}

function isTable(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
  );
}

for (const [name, render] of Object.entries(RENDERERS))
  describe(`any ${name} file`, () => {
    const syntax = SYNTAXES[name as SyntaxName];

    test('reads as was meant after an edit, and is the very same bytes once the edit is taken back', () => {
      let edited = 0;
      fc.assert(
        fc.property(tree, layout, path, scalar, (value, how, at, wanted) => {
          const text = render(value, how);
          fc.pre(isReadable(syntax, text));
          const result = attempt(() => editText(syntax, text, [{ path: at, value: wanted }]));
          if (result === undefined) return;
          edited += 1;
          assert.ok(sameValue(syntax.parse(result.text), withValue(syntax.parse(text), at, wanted)));
          const replaced = valueAt(syntax.parse(text), at);
          for (const line of typeof replaced === 'object' ? [] : text.split(/\r?\n/))
            if (/^\s*(\/\/|#)/.test(line)) assert.ok(result.text.includes(line), line);
          const back = revertText(syntax, result.text, result.changes);
          assert.deepEqual([back.text.trimEnd(), back.kept], [text.trimEnd(), []]);
        }),
        { numRuns: 400 },
      );
      assert.ok(edited > 200, `only ${edited} of the files could be edited`);
    });
  });

/** A refusal is an answer; anything else is not. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof BrokenText) return undefined;
    throw error;
  }
}

function isReadable(syntax: (typeof SYNTAXES)[SyntaxName], text: string): boolean {
  return attempt(() => syntax.parse(text)) !== undefined;
}

test('no text makes an editor throw anything but a refusal', () => {
  const bits = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '//',
    '/*',
    '=',
    ':',
    ',',
    '.',
    '\n',
    '\r\n',
    'a',
    'b: 1',
    ' ',
    '"""',
    '- ',
    '|\n',
    '&x',
    '*x',
  );
  fc.assert(
    fc.property(
      fc.array(bits, { maxLength: 14 }),
      fc.constantFrom(...Object.values(SYNTAXES)),
      (parts, syntax) => {
        const text = parts.join('');
        const edited = attempt(() => editText(syntax, text, [{ path: ['a'], value: 'v' }]));
        if (edited !== undefined) attempt(() => revertText(syntax, edited.text, edited.changes));
      },
    ),
    { numRuns: 2_000 },
  );
});
