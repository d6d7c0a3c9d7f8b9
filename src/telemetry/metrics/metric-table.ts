/**
 * Every metric of `/metrics`, once: its name, type, meaning and labels. The generated page, the scrape and the tests
 * read this table; adding a metric is one entry here, and the samples of it where they are gathered.
 */

export interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[];
}

/** Seconds. */
const ANSWER_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];
const FIRST_TOKEN_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120];
const TOKEN_BUCKETS = [0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.5, 1];
const OVERHEAD_BUCKETS = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

const TARGET = ['provider', 'model'] as const;

export const METRICS = {
  requests: {
    name: 'switchyard_requests_total',
    type: 'counter',
    help: 'Requests of clients by how they ended: answered, error (an error of the provider was passed on), refused (the gateway answered with an error of its own), broken (the answer broke off, or told an error of the provider inside) or aborted (the client left). provider is the one asked last, or none.',
    labels: ['client', 'format', 'operation', 'provider', 'outcome'],
  },
  decisions: {
    name: 'switchyard_decisions_total',
    type: 'counter',
    help: 'Requests by the rule that routed them, with the tier and the task that were recognised.',
    labels: ['rule', 'tier', 'task'],
  },
  refusals: {
    name: 'switchyard_refusals_total',
    type: 'counter',
    help: 'Requests that were refused before they became an exchange, by error code: a wrong client key, a foreign Host, a body too large or too slow, too many requests, a gateway that drains.',
    labels: ['error'],
  },
  requestBytes: {
    name: 'switchyard_request_bytes_total',
    type: 'counter',
    help: 'Bytes of request bodies as they came from clients.',
    labels: [],
  },
  responseBytes: {
    name: 'switchyard_response_bytes_total',
    type: 'counter',
    help: 'Bytes of answer bodies sent to clients.',
    labels: [],
  },
  warnings: {
    name: 'switchyard_translation_warnings_total',
    type: 'counter',
    help: 'What translations left out or changed, by kind.',
    labels: ['code'],
  },
  requestSeconds: {
    name: 'switchyard_request_duration_seconds',
    type: 'histogram',
    help: 'From the first byte of a request to the last of its answer, for requests that generate.',
    labels: ['stream'],
    buckets: ANSWER_BUCKETS,
  },
  overheadSeconds: {
    name: 'switchyard_gateway_overhead_seconds',
    type: 'histogram',
    help: 'Time of the gateway itself in a request: its whole duration without the upload of its body, without waits for room and between tries, and without its tries at providers.',
    labels: [],
    buckets: OVERHEAD_BUCKETS,
  },
  waitSeconds: {
    name: 'switchyard_wait_seconds_total',
    type: 'counter',
    help: 'Time that requests waited for their own upload, for room at a provider and between two tries.',
    labels: [],
  },

  attempts: {
    name: 'switchyard_attempts_total',
    type: 'counter',
    help: 'Tries at providers by how they ended: ok, error, broken (the answer broke off, or told an error inside) or aborted (the client left). role is primary, or shadow for the second answer of a comparison.',
    labels: [...TARGET, 'role', 'outcome'],
  },
  attemptErrors: {
    name: 'switchyard_attempt_errors_total',
    type: 'counter',
    help: 'Tries that failed, by error code of the gateway, or http_429 and the like where the provider answered with an error.',
    labels: ['provider', 'error'],
  },
  timeouts: {
    name: 'switchyard_timeouts_total',
    type: 'counter',
    help: 'Clocks that ran out while waiting for a provider, by clock: connect, tls, headers, first_event, idle, total, and h2_headers (which is also one of headers when no HTTP/1.1 retry followed).',
    labels: ['provider', 'clock'],
  },
  retries: {
    name: 'switchyard_retries_total',
    type: 'counter',
    help: 'Second tries at the same target, by the error of the first.',
    labels: ['provider', 'error'],
  },
  cascades: {
    name: 'switchyard_cascade_switches_total',
    type: 'counter',
    help: 'Requests that went on from one target to the next, by the error that made them, or left_alone where the first was not asked at all.',
    labels: ['from', 'to', 'error'],
  },
  tokens: {
    name: 'switchyard_tokens_total',
    type: 'counter',
    help: 'Tokens by kind: input (not cached), output, cache_read, cache_write_5m, cache_write_1h, and reasoning (a part of output).',
    labels: [...TARGET, 'role', 'kind'],
  },
  toolCalls: {
    name: 'switchyard_tool_calls_total',
    type: 'counter',
    help: 'Tool calls that models asked clients for.',
    labels: [...TARGET],
  },
  cost: {
    name: 'switchyard_cost_dollars_total',
    type: 'counter',
    help: 'Dollars since the start, from the ledger: spent is what is billed, list the worth at list price with subscriptions. Absent without a ledger, and where no price is known.',
    labels: [...TARGET, 'role', 'kind'],
  },
  reroutes: {
    name: 'switchyard_reroutes_total',
    type: 'counter',
    help: 'Conversations that went to another target than before, within the life of a prompt cache that was left behind.',
    labels: ['from', 'to', 'model'],
  },
  rerouteTokens: {
    name: 'switchyard_reroute_lost_tokens_total',
    type: 'counter',
    help: 'Prompt tokens that were cached at the target before, and were not read from a cache at this one. model is the one that was asked.',
    labels: ['from', 'to', 'model'],
  },
  rerouteDollars: {
    name: 'switchyard_reroute_lost_dollars_total',
    type: 'counter',
    help: 'What these tokens cost more than a cache would have, at the list price of today. Nothing where no price is known.',
    labels: ['from', 'to', 'model'],
  },
  unpriced: {
    name: 'switchyard_unpriced_attempts_total',
    type: 'counter',
    help: 'Tries whose cost is unknown, for want of a price or of a token count: they are in no sum of dollars.',
    labels: [...TARGET, 'role'],
  },
  ttftSeconds: {
    name: 'switchyard_time_to_first_token_seconds',
    type: 'histogram',
    help: 'From the sending of a try to the first content of its answer.',
    labels: [...TARGET],
    buckets: FIRST_TOKEN_BUCKETS,
  },
  tokenSeconds: {
    name: 'switchyard_inter_token_seconds',
    type: 'histogram',
    help: 'Mean time between two output tokens of a streamed answer, one observation an answer.',
    labels: [...TARGET],
    buckets: TOKEN_BUCKETS,
  },

  inFlight: {
    name: 'switchyard_requests_in_flight',
    type: 'gauge',
    help: 'Requests being answered.',
    labels: [],
  },
  breakers: {
    name: 'switchyard_breaker_state',
    type: 'gauge',
    help: 'Circuit breaker of a target: 0 closed, 1 half-open, 2 open. credential tells whose credential the target is reached with.',
    labels: [...TARGET, 'credential'],
  },
  cooldowns: {
    name: 'switchyard_cooldowns',
    type: 'gauge',
    help: 'Targets of a provider that asked to be left alone and are.',
    labels: ['provider'],
  },
  paused: {
    name: 'switchyard_provider_paused',
    type: 'gauge',
    help: '1 while a provider is not asked, by hand.',
    labels: ['provider'],
  },
  limit: {
    name: 'switchyard_provider_limit',
    type: 'gauge',
    help: 'How many requests a provider may get at once, where it is limited.',
    labels: ['provider'],
  },
  busy: {
    name: 'switchyard_provider_busy',
    type: 'gauge',
    help: 'How many requests a limited provider has now.',
    labels: ['provider'],
  },
  keyLimit: {
    name: 'switchyard_provider_key_limit',
    type: 'gauge',
    help: 'How many requests may be charged to one account of a provider at once, where that is limited.',
    labels: ['provider'],
  },
  keyBusy: {
    name: 'switchyard_provider_key_busy',
    type: 'gauge',
    help: "How many requests an account of a provider that is limited by account has now. account is a key of the gateway's (gateway, gateway-2) or a hash of a caller's credential; at most fifty are shown.",
    labels: ['provider', 'account'],
  },
  queued: {
    name: 'switchyard_provider_queued',
    type: 'gauge',
    help: 'How many requests wait for room at a limited provider.',
    labels: ['provider'],
  },
  quota: {
    name: 'switchyard_quota_utilization_ratio',
    type: 'gauge',
    help: "How much of a window of a subscription is used, 1 is all. account is a hash of a caller's credential, or the name of a provider with its key (work gateway, work gateway-2); at most fifty accounts are shown.",
    labels: ['account', 'window'],
  },

  connects: {
    name: 'switchyard_upstream_connects_total',
    type: 'counter',
    help: 'Connections opened to a provider.',
    labels: ['provider'],
  },
  staleSockets: {
    name: 'switchyard_upstream_stale_sockets_total',
    type: 'counter',
    help: 'Requests moved to another connection because an idle one broke before anything was written.',
    labels: ['provider'],
  },
  h2HeaderTimeouts: {
    name: 'switchyard_h2_header_timeout_total',
    type: 'counter',
    help: 'HTTP/2 streams given up because no headers came in time.',
    labels: ['provider'],
  },
  h1Successes: {
    name: 'switchyard_h1_success_total',
    type: 'counter',
    help: 'Answers received in full over HTTP/1.1.',
    labels: ['provider'],
  },
  h2Successes: {
    name: 'switchyard_h2_success_total',
    type: 'counter',
    help: 'Answers received in full over HTTP/2.',
    labels: ['provider'],
  },
  openSockets: {
    name: 'switchyard_upstream_open_sockets',
    type: 'gauge',
    help: 'Sockets to providers that are open.',
    labels: [],
  },
  zaiH2HeaderTimeouts: {
    name: 'ccp_zai_h2_header_timeout_total',
    type: 'counter',
    help: "A predecessor's name for switchyard_h2_header_timeout_total of the provider zai.",
    labels: [],
  },
  zaiH1Successes: {
    name: 'ccp_zai_h1_success_total',
    type: 'counter',
    help: "A predecessor's name for switchyard_h1_success_total of the provider zai.",
    labels: [],
  },

  ledgerUp: {
    name: 'switchyard_ledger_up',
    type: 'gauge',
    help: '1 while everything that is recorded reaches the database; 0 while it fails or is switched off.',
    labels: [],
  },
  ledgerLagRows: {
    name: 'switchyard_ledger_lag_rows',
    type: 'gauge',
    help: 'Records written to the journal and not yet in the database.',
    labels: [],
  },
  ledgerLagBytes: {
    name: 'switchyard_ledger_lag_bytes',
    type: 'gauge',
    help: 'The same in bytes.',
    labels: [],
  },
  ledgerDropped: {
    name: 'switchyard_ledger_dropped_rows_total',
    type: 'counter',
    help: 'Records lost because neither disk nor memory could take them.',
    labels: [],
  },
  ledgerDamaged: {
    name: 'switchyard_ledger_damaged_frames_total',
    type: 'counter',
    help: 'Frames of the journal found damaged and skipped.',
    labels: [],
  },
  chainEntries: {
    name: 'switchyard_chain_entry_up',
    type: 'gauge',
    help: '1 while an enabled helper service answers, or cannot be asked; 0 otherwise.',
    labels: ['entry'],
  },
  chainRestarts: {
    name: 'switchyard_chain_entry_restarts_total',
    type: 'counter',
    help: 'How often a helper service ended by itself.',
    labels: ['entry'],
  },
  alerts: {
    name: 'switchyard_alert_firing',
    type: 'gauge',
    help: '1 while a configured alert rule is broken, 0 while it holds.',
    labels: ['rule', 'priority'],
  },
  spans: {
    name: 'switchyard_trace_spans_total',
    type: 'counter',
    help: 'Spans by what became of them: exported, dropped (there was no room) or failed (the collector did not take them).',
    labels: ['outcome'],
  },
  spansWaiting: {
    name: 'switchyard_trace_spans_waiting',
    type: 'gauge',
    help: 'Spans that wait to be sent.',
    labels: [],
  },
  eventReaders: {
    name: 'switchyard_event_readers',
    type: 'gauge',
    help: 'Readers of /api/events.',
    labels: [],
  },
  build: {
    name: 'switchyard_build_info',
    type: 'gauge',
    help: 'Always 1: the version of the program.',
    labels: ['version'],
  },
  mode: {
    name: 'switchyard_mode_info',
    type: 'gauge',
    help: 'Always 1: the mode the gateway is in.',
    labels: ['mode'],
  },
  configuration: {
    name: 'switchyard_config_info',
    type: 'gauge',
    help: 'Always 1: the hash of the configuration in force.',
    labels: ['version'],
  },
} as const satisfies Record<string, MetricRow>;

type Metrics = typeof METRICS;
export type MetricKey = keyof Metrics;

/** The keys of one type. */
export type MetricOf<Type extends MetricRow['type']> = {
  [Key in MetricKey]: Metrics[Key]['type'] extends Type ? Key : never;
}[MetricKey];

/** A value for every label of a metric. */
export type LabelsOf<Key extends MetricKey> = Readonly<Record<Metrics[Key]['labels'][number], string>>;
