/**
 * Rollups without sessions and people. A month of a busy gateway has tens of thousands of combinations of names, most
 * of which differ in their session alone, while most questions are about lanes, models, tiers and clients. A combination
 * of `dimensions` points to the one that has these names only, its `lane`, which stands in the same table.
 * Never edit this text; add a migration.
 */
const LANE_COLUMNS = [
  'operation',
  'role',
  'provider',
  'model',
  'tier',
  'task',
  'client',
  'rule',
  'outcome',
  'billing',
  'format',
];

const MEASURES = [
  'attempts',
  'requests',
  'failures',
  'input',
  'output',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'reasoning',
  'server_tool_calls',
  'tool_calls',
  'unpriced',
  'inexact',
  'list',
  'spent',
  'ttft_us',
  'ttft_count',
  'total_us',
  'total_count',
  'scale_bytes',
  'scale_tokens',
  'scale_count',
];

const laneColumns = LANE_COLUMNS.join(', ');
const laneKey = (table: string): string =>
  `'lane ' || json_array(${LANE_COLUMNS.map((name) => `${table}.${name}`).join(', ')})`;

export const lanesMigration = `
ALTER TABLE dimensions ADD COLUMN lane INTEGER;
INSERT INTO dimensions (${laneColumns}, key)
  SELECT DISTINCT ${laneColumns}, ${laneKey('d')} FROM dimensions AS d WHERE TRUE ON CONFLICT (key) DO NOTHING;
UPDATE dimensions SET lane = (SELECT other.id FROM dimensions AS other WHERE other.key = ${laneKey('dimensions')});

${rollUpTable('lane_hours', 'hour')}
${rollUpTable('lane_days', 'day')}
${fill('lane_hours', 'hour', 'usage_hours')}
${fill('lane_days', 'day', 'usage_days')}

CREATE INDEX dimensions_session ON dimensions (session) WHERE session IS NOT NULL;
`;

function rollUpTable(table: string, bucket: string): string {
  const columns = MEASURES.map((name) => `${name} INTEGER NOT NULL`).join(', ');
  return `CREATE TABLE ${table} (
    ${bucket} INTEGER NOT NULL, dims INTEGER NOT NULL REFERENCES dimensions (id), ${columns},
    PRIMARY KEY (${bucket}, dims)
  ) STRICT, WITHOUT ROWID;`;
}

function fill(table: string, bucket: string, from: string): string {
  const sums = MEASURES.map((name) => `sum(${name})`).join(', ');
  return `INSERT INTO ${table} SELECT u.${bucket}, d.lane, ${sums}
    FROM ${from} AS u JOIN dimensions AS d ON d.id = u.dims GROUP BY 1, 2;`;
}
