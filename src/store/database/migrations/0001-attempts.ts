/**
 * The first schema. `dimensions` holds each combination of names once; attempts, exchanges and rollups refer to it by
 * number. The rollups are sums of the view `attempt_measures`, made in the transaction that stores its attempts.
 * Never edit this text; add a migration.
 */
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

export const attemptsMigration = `
CREATE TABLE dimensions (
  id INTEGER PRIMARY KEY,
  operation TEXT NOT NULL, role TEXT NOT NULL, provider TEXT, model TEXT, tier TEXT, task TEXT,
  client TEXT NOT NULL, session TEXT, project TEXT, user TEXT, rule TEXT,
  outcome TEXT NOT NULL, billing TEXT NOT NULL, format TEXT NOT NULL,
  origin TEXT, requested_model TEXT, sent_model TEXT, served_model TEXT,
  key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE prices (
  id INTEGER PRIMARY KEY,
  version TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE TABLE attempts (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  exchange TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  dims INTEGER NOT NULL REFERENCES dimensions (id),
  credential_owner TEXT NOT NULL,
  failed INTEGER NOT NULL, status INTEGER, error TEXT, reason TEXT,
  http2 INTEGER NOT NULL,
  ttft_ms REAL, total_ms REAL,
  input INTEGER, output INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER,
  reasoning INTEGER, server_tool_calls INTEGER, tool_calls INTEGER NOT NULL,
  usage_quality TEXT NOT NULL, stop_reason TEXT, upstream_request_id TEXT, request_bytes INTEGER NOT NULL,
  list INTEGER, spent INTEGER, cost_flags TEXT NOT NULL,
  price INTEGER REFERENCES prices (id)
) STRICT;
CREATE INDEX attempts_time ON attempts (started_at, dims);
CREATE INDEX attempts_dims ON attempts (dims, started_at);
CREATE INDEX attempts_exchange ON attempts (exchange);

CREATE TABLE exchanges (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  received_at INTEGER NOT NULL,
  dims INTEGER NOT NULL REFERENCES dimensions (id),
  total_ms REAL,
  outcome TEXT NOT NULL, status INTEGER, error TEXT,
  stream INTEGER NOT NULL, request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  decision TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX exchanges_time ON exchanges (received_at, dims);
CREATE INDEX exchanges_dims ON exchanges (dims, received_at);

${rollUpTable('usage_hours', 'hour')}
${rollUpTable('usage_days', 'day')}

CREATE VIEW attempt_measures AS SELECT
  seq, started_at, dims,
  1 AS attempts, ordinal = 0 AS requests, failed AS failures,
  coalesce(input, 0) AS input, coalesce(output, 0) AS output, coalesce(cache_read, 0) AS cache_read,
  coalesce(cache_write_5m, 0) AS cache_write_5m, coalesce(cache_write_1h, 0) AS cache_write_1h,
  coalesce(reasoning, 0) AS reasoning, coalesce(server_tool_calls, 0) AS server_tool_calls, tool_calls,
  list IS NULL AS unpriced, cost_flags <> '' AND list IS NOT NULL AS inexact,
  coalesce(list, 0) AS list, coalesce(spent, 0) AS spent,
  CAST(round(coalesce(ttft_ms, 0) * 1000) AS INTEGER) AS ttft_us, ttft_ms IS NOT NULL AS ttft_count,
  CAST(round(coalesce(total_ms, 0) * 1000) AS INTEGER) AS total_us, total_ms IS NOT NULL AS total_count,
  iif(usage_quality = 'exact', request_bytes, 0) AS scale_bytes,
  iif(usage_quality = 'exact',
    coalesce(input, 0) + coalesce(cache_read, 0) + coalesce(cache_write_5m, 0) + coalesce(cache_write_1h, 0),
    0) AS scale_tokens,
  usage_quality = 'exact' AS scale_count
FROM attempts;

CREATE TABLE open_attempts (
  id TEXT PRIMARY KEY,
  segment INTEGER NOT NULL,
  entry TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal_positions (
  segment TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

function rollUpTable(table: string, bucket: string): string {
  const columns = MEASURES.map((name) => `${name} INTEGER NOT NULL`).join(', ');
  return `CREATE TABLE ${table} (
    ${bucket} INTEGER NOT NULL, dims INTEGER NOT NULL REFERENCES dimensions (id), ${columns},
    PRIMARY KEY (${bucket}, dims)
  ) STRICT, WITHOUT ROWID;`;
}
