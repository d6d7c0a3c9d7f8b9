import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { LIVE_COLUMNS } from '../../telemetry/live-columns.ts';
import { assemble, build } from '../config.test-data.ts';
import { formatProblem } from '../problems/problem.ts';
import { TERMINAL_COLUMNS } from '../schema/terminal-section.ts';

const errorsOf = (yaml: string) => assemble({ yaml }).problems.map(formatProblem);

test('a mistake is told with file, line, column, key, what is wrong and what to do', () => {
  assert.deepEqual(errorsOf('server:\n  listne: localhost:1\n'), [
    'switchyard.yaml:2:3: server.listne is not a known key. Did you mean "listen"?',
  ]);
});

test('all mistakes of a file are told at once', () => {
  const yaml = [
    'server:',
    '  max_exchanges: many',
    '  clocks: { drain: 5x }',
    'providers:',
    '  zai:',
    '    bas_url: https://x.example',
    '    http: 3',
    '  "a/b": {}',
    'tiers:',
    '  haiku: []',
    'terminal: { mode: compat }',
    'mappings:',
    '  - match: a*',
    'nonsense: 1',
  ].join('\n');
  const texts = errorsOf(yaml);
  const expected: RegExp[] = [
    /:2:3: server\.max_exchanges must be a whole number/,
    /:3:13: server\.clocks\.drain must be a duration/,
    /:6:5: providers\.zai\.bas_url is not a known key\. Did you mean "base_url"\?/,
    /:7:5: providers\.zai\.http must be "1\.1", "2" or "auto"/,
    /:8:3: providers\["a\/b"\] is no provider name/,
    /:10:3: tiers\.haiku must name at least one target/,
    /:11:13: terminal\.mode must be one of off, compact, full\. Did you mean "compact"\?/,
    /:13:5: mappings\[0\]\.use is missing\. Write for example: "zai\/glm-4\.7"/,
    /:14:1: nonsense is not a known key\. Known keys here: .*providers/,
  ];
  for (const pattern of expected)
    assert.ok(
      texts.some((text) => pattern.test(text)),
      `${pattern}\n${texts.join('\n')}`,
    );
  assert.equal(texts.length, expected.length, texts.join('\n'));
});

test('each kind of wrong value is refused with a reason of its own', () => {
  const table: [string, RegExp][] = [
    ['server: { listen: ":80" }', /0\.0\.0\.0 for all/],
    ['server: { listen: [] }', /at least one address/],
    ['server: { listen: ["127.0.0.1:1", "nope"] }', /server\.listen\[1\]/],
    ['server: { max_body_bytes: 2GiB }', /at most 1GiB/],
    ['server: { max_exchanges: 0 }', /at least 1/],
    ['server: 5', /must be a mapping/],
    ['providers: { zai: { base_url: "ftp://x" } }', /http or https URL/],
    ['providers: { zai: { base_url: "https://u:p@x" } }', /user or password/],
    ['providers: { zai: { base_url: "https://x/?a=1" } }', /query/],
    ['providers: { zai: { base_url: "https://x/v1/messages" } }', /whole endpoint/],
    ['providers: { zai: { base_url: } }', /has no value/],
    ['providers: { zai: { type: zia } }', /Did you mean "zai"/],
    ['providers: { zai: { format: anthropic-message } }', /Did you mean "anthropic-messages"/],
    ['providers: { zai: { auth: { header: "x y" } } }', /name of a header/],
    ['providers: { zai: { auth: { header: Content-Length } } }', /cannot carry a credential/],
    ['providers: { zai: { auth: { secret: 5 } } }', /auth\.secret must be a reference such as env:NAME/],
    ['providers: { zai: { connect_to: "x" } }', /host:port/],
    ['providers: { zai: { connect_to: "[zz]:1" } }', /host:port/],
    ['providers: { zai: { proxy: "socks5://x:1" } }', /http or https URL, none/],
    ['providers: { zai: { filters: { betas: some } } }', /keep, \{allow/],
    ['providers: { zai: { clocks: { idle: 30d } } }', /at most 24 days/],
    ['tiers: { haiku: /glm }', /a target such as zai/],
    ['tiers: { haiku: zai, small: zai }', /another name for haiku/],
    ['passthrough: { fallback: "yes" }', /true or false/],
    ['terminal: { columns: [tokns] }', /Did you mean "tokens"/],
    ['- a', /not a mapping/],
    ['a: [', /not valid YAML/],
    ['server: {}\nserver: {}', /not valid YAML/],
    ['server: !secret x', /not valid YAML/],
  ];
  for (const [yaml, pattern] of table) {
    const texts = errorsOf(yaml);
    assert.ok(
      texts.length > 0 &&
        texts.every((text) => text.startsWith('switchyard.yaml:1:') || text.includes(':2:')),
      yaml,
    );
    assert.match(texts.join('\n'), pattern, yaml);
  }
});

test('a literal secret is refused, told how to write it, and not repeated', () => {
  for (const yaml of [
    'providers: { zai: { auth: { secret: sk-VERYSECRET } } }',
    'providers: { zai: { auth: sk-VERYSECRET } }',
    'server: { client_keys: [{ name: a, secret: sk-VERYSECRET }] }',
    'providers: { zai: { base_url: "https://me:sk-VERYSECRET@api.z.ai" } }',
    'providers: { zai: { proxy: "http://me:sk-VERYSECRET@proxy" } }',
    'providers: { zai: { http: sk-VERYSECRET } }',
    'default: sk-VERYSECRET/x',
    'server: { listen: sk-VERYSECRET }',
    'a: &x [sk-VERYSECRET\nb: ]',
  ]) {
    const texts = build({ yaml }).texts;
    assert.ok(texts.length > 0, yaml);
    assert.ok(!texts.join().includes('VERYSECRET'), texts.join('\n'));
  }
  assert.match(
    errorsOf('providers: { zai: { auth: { secret: sk-1 } } }').join(),
    /write env:NAME or file:PATH/,
  );
});

test('sections with nothing in them are fine', () => {
  for (const yaml of [
    '',
    '# nothing',
    'providers:',
    'providers:\n  zai:\n',
    'server:\ntiers:\nmappings:\nterminal:\n',
  ])
    assert.deepEqual(errorsOf(yaml), [], yaml);
});

test('a document that unfolds to gigabytes is refused', () => {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 9; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join()}]`);
  assert.match(errorsOf(lines.join('\n')).join(), /too many aliases/);
});

test('any text is either read or refused, never thrown over', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.string({ unit: fc.constantFrom(...'{}[]:,-#&*!|>\'"%@` \n\tab1'.split('')) }),
      ),
      (yaml) => {
        assemble({ yaml });
        assemble({ toml: yaml });
      },
    ),
    { numRuns: 500 },
  );
});

test('every value keeps the layer it came from', () => {
  const { merged } = assemble({
    yaml: 'server:\n  max_exchanges: 10\ntiers:\n  small: zai/a\n  sonnet: zai/b\nproviders:\n  zai:\n',
    variables: { SWITCHYARD_SONNET: 'zai/c', PORT: '9000' },
    flags: { model: 'm' },
  });
  const where = Object.fromEntries(merged.leaves.map(({ path, source }) => [path.join('.'), source]));
  assert.deepEqual(where['server.max_exchanges'], {
    kind: 'file',
    path: 'switchyard.yaml',
    line: 2,
    column: 3,
  });
  assert.deepEqual(where['tiers.haiku'], { kind: 'file', path: 'switchyard.yaml', line: 4, column: 3 });
  assert.deepEqual(where['tiers.sonnet'], {
    kind: 'environment',
    variable: 'SWITCHYARD_SONNET',
    file: undefined,
  });
  assert.deepEqual(where['tiers.opus'], { kind: 'default', detail: 'defaults' });
  assert.deepEqual(where['server.listen'], { kind: 'environment', variable: 'PORT', file: undefined });
  assert.deepEqual(where['force.model'], { kind: 'flag', flag: '--model' });
  assert.deepEqual(where['providers.zai.base_url'], { kind: 'default', detail: 'provider zai' });
});

test('a mistake in a variable names the variable', () => {
  const { problems } = assemble({ variables: { SWITCHYARD_TERMINAL_MODE: 'loud' } });
  assert.match(
    problems.map(formatProblem).join(),
    /^SWITCHYARD_TERMINAL_MODE: terminal\.mode must be one of/,
  );
});

test('the columns one may choose are those the live line has', () => {
  assert.deepEqual([...TERMINAL_COLUMNS], Object.keys(LIVE_COLUMNS));
});
