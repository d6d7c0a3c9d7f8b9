/** The rows of the tables as the queries see them; the truth is `database/migrations`. */
export interface DimensionsTable {
  readonly id: number;
  readonly provider: string | null;
  readonly origin: string | null;
  readonly model: string | null;
  readonly requested_model: string | null;
  readonly sent_model: string | null;
  readonly served_model: string | null;
  readonly tier: string | null;
  readonly task: string | null;
  readonly rule: string | null;
  readonly client: string;
  readonly session: string | null;
  readonly project: string | null;
  readonly user: string | null;
  readonly billing: string;
  readonly role: string;
  readonly format: string;
  readonly operation: string;
  readonly outcome: string;
  /** The combination with nothing but the lane's names. */
  readonly lane: number;
}

export interface AttemptsTable {
  readonly seq: number;
  readonly id: string;
  readonly exchange: string;
  readonly ordinal: number;
  readonly started_at: number;
  readonly dims: number;
  readonly credential_owner: string;
  readonly failed: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly reason: string | null;
  readonly http2: number;
  readonly ttft_ms: number | null;
  readonly total_ms: number | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly cache_read: number | null;
  readonly cache_write_5m: number | null;
  readonly cache_write_1h: number | null;
  readonly reasoning: number | null;
  readonly server_tool_calls: number | null;
  readonly tool_calls: number;
  readonly usage_quality: string;
  readonly stop_reason: string | null;
  readonly upstream_request_id: string | null;
  readonly request_bytes: number;
  readonly list: number | null;
  readonly spent: number | null;
  readonly cost_flags: string;
  readonly price: number | null;
}

export interface ExchangesTable {
  readonly seq: number;
  readonly id: string;
  readonly received_at: number;
  readonly dims: number;
  readonly total_ms: number | null;
  readonly outcome: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly stream: number;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly attempts: number;
  readonly decision: string | null;
  readonly detail: string;
}

/** The names of a lane; the others tell sessions, people and single spellings apart. Never change the order. */
export const LANE_COLUMNS = [
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
] as const satisfies readonly (keyof DimensionsTable)[];

/** What is summed. The same names in the rollups and, one row per attempt, in the view `attempt_measures`. */
export const MEASURES = [
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
] as const;

/** With what token estimates learn from. */
export const ALL_MEASURES = [...MEASURES, 'scale_bytes', 'scale_tokens', 'scale_count'] as const;

export type Measure = (typeof MEASURES)[number];
