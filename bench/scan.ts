/**
 * What reading a request costs, in microseconds per body: our scan against JSON.parse, and the filters on top.
 * Prints the best of many short rounds, because the machine is rarely quiet.
 */
import { isUtf8 } from 'node:buffer';
import type { RequestFacts } from '../src/domain/exchange.ts';
import type { ProviderFilters } from '../src/domain/provider.ts';
import { inspect } from '../src/formats/anthropic-messages/inspect.ts';
import { patch } from '../src/formats/anthropic-messages/patch.ts';
import { JsonScanner } from '../src/lib/json-scanner.ts';
import { indexQuotes } from '../src/lib/quotes/quote-index.ts';
import { requestBody } from './workload.ts';

const WARM_UP = 3_000;
const ROUNDS = 60;
const CALLS_PER_ROUND = 30;

const BETAS =
  'claude-code-20250219,context-management-2025-06-27,advanced-tool-use-2025-11-20,effort-2025-11-24';
const KEEP: ProviderFilters = { betas: { kind: 'keep' }, thinking: 'keep', billingHeader: 'keep' };
const THIRD_PARTY: ProviderFilters = {
  betas: { kind: 'allow', values: [] },
  thinking: 'foreign',
  billingHeader: 'remove',
};

const plain = requestBody();
const bodies = {
  'as Claude Code sends it': plain,
  'twelve richer tool schemas': withSchemas(plain),
  indented: Buffer.from(JSON.stringify(JSON.parse(plain.toString()), null, 2)),
};

for (const [name, body] of Object.entries(bodies)) {
  const facts = inspect(body);
  console.log(`\n${name}, ${body.length} bytes`);
  report('isUtf8', () => isUtf8(body));
  report('strings', () => indexQuotes(body));
  report('scan, whole grammar', () => new JsonScanner(body, indexQuotes(body)).skipValue(0, 0));
  report('scan without the strings', () => new JsonScanner(body).skipValue(0, 0));
  report('inspect: UTF-8, scan, facts', () => inspect(body));
  report('inspect, content too', () => inspect(body, '', 'content'));
  report('patch: model only', () => patched(body, facts, KEEP));
  report('patch: model, all filters', () => patched(body, facts, THIRD_PARTY));
  report('JSON.parse of latin1', () => JSON.parse(body.toString('latin1')));
  report('JSON.parse of utf8', () => JSON.parse(body.toString('utf8')));
}

function patched(body: Buffer, facts: RequestFacts, filters: ProviderFilters): unknown {
  return patch({
    body,
    headers: ['anthropic-beta', BETAS],
    facts,
    model: 'glm-4.7',
    filters,
    isOwnSignature: () => true,
  });
}

/** The same body with more structure and less prose: ten described parameters to a tool. */
function withSchemas(body: Buffer): Buffer {
  const request = JSON.parse(body.toString()) as { tools: { input_schema: unknown; description: string }[] };
  const parameter = { type: 'string', description: 'One of the "modes".', enum: ['a', 'b'], minLength: 1 };
  for (const tool of request.tools) {
    tool.description = tool.description.slice(0, 600);
    const properties = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`parameter_${index}`, parameter]),
    );
    tool.input_schema = { type: 'object', properties, additionalProperties: false };
  }
  return Buffer.from(JSON.stringify(request));
}

function report(name: string, call: () => unknown): void {
  for (let index = 0; index < WARM_UP; index++) call();
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.hrtime.bigint();
    for (let index = 0; index < CALLS_PER_ROUND; index++) call();
    best = Math.min(best, Number(process.hrtime.bigint() - before) / 1e3 / CALLS_PER_ROUND);
  }
  console.log(`${best.toFixed(1).padStart(8)} µs  ${name}`);
}
