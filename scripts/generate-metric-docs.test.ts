import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { METRICS, type MetricRow } from '../src/telemetry/metrics/metric-table.ts';
import { PROCESS_METRICS } from '../src/telemetry/metrics/process-metrics.ts';
import { generateMetricDocs } from './generate-metric-docs.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

test('the committed list of metrics is what the code says; else run `node scripts/generate-metric-docs.ts`', () => {
  for (const { path, text } of generateMetricDocs()) assert.equal(read(path), text, path);
});

const rows: readonly MetricRow[] = [...Object.values(METRICS), ...PROCESS_METRICS];

for (const { name, type, help, labels } of rows)
  test(`${name} is named as Prometheus wants it and explains itself`, () => {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.equal(type === 'counter', name.endsWith('_total'));
    assert.match(help, /^[^|\n]{8,}\.$/);
    for (const label of labels) assert.match(label, /^[a-z]+$/);
    assert.ok(!labels.includes('le'));
  });

test('no two metrics share a name', () => {
  const names = rows.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}

// The file is ours; the tests below fail for any other shape.
const dashboard = JSON.parse(read('docs/grafana-dashboard.json')) as { readonly panels: readonly Panel[] };
const expressions = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** What the metrics are called in a query, with the labels they carry there. */
const queryable = new Map(
  rows.flatMap(({ name, type, labels }): [string, readonly string[]][] =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']],
          [`${name}_sum`, labels],
          [`${name}_count`, labels],
        ]
      : [[name, labels]],
  ),
);

test('every expression of the dashboard asks for metrics that exist, by labels that they have', () => {
  assert.ok(expressions.length >= 15);
  for (const { title, expr } of expressions) {
    const asked = [...expr.matchAll(/\b(?:switchyard|ccp|process|nodejs)_\w+/g)].map(([name]) => name);
    assert.ok(asked.length > 0, title);
    const labels = new Set(asked.flatMap((name) => queryable.get(name) ?? []));
    for (const name of asked) assert.ok(queryable.has(name), `${title}: ${name}`);
    const named = [
      ...[...expr.matchAll(/\bby \(([\w, ]+)\)/g)].flatMap(([, list = '']) => list.split(/, */)),
      ...[...expr.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label),
    ].filter((label) => !['instance', 'job'].includes(label));
    for (const label of named) assert.ok(labels.has(label), `${title}: ${label}`);
  }
});

test('every panel of the dashboard shows something', () => {
  for (const { title, type, targets } of dashboard.panels)
    assert.ok(type === 'row' || (targets?.length ?? 0) > 0, title);
});
