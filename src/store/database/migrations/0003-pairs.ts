/**
 * Compared answers, a row a pair: written in one statement when both answers have ended, so that there is never half a
 * one. `detail` holds both answers and their differences. Never edit this text; add a migration.
 */
export const pairsMigration = `
CREATE TABLE pairs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  received_at INTEGER NOT NULL,
  client TEXT NOT NULL, session TEXT, project TEXT, user TEXT,
  tier TEXT, task TEXT, requested_model TEXT,
  agreement TEXT, text_similarity REAL,
  judgement TEXT, judged_at INTEGER,
  ${sideColumns('primary')},
  ${sideColumns('shadow')},
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX pairs_time ON pairs (received_at, seq);
`;

function sideColumns(side: string): string {
  const columns = [
    'provider TEXT NOT NULL',
    'model TEXT',
    'verdict TEXT NOT NULL',
    'status INTEGER',
    'error TEXT',
    'ttft_ms REAL',
    'total_ms REAL',
    'prompt INTEGER',
    'output INTEGER',
    'list INTEGER',
    'spent INTEGER',
  ];
  return columns.map((column) => `${side}_${column}`).join(', ');
}
