import type { Status, TargetSummary, TierSummary } from '../contract/status.ts';

/** A status as a gateway with one offloaded tier gives it; the tests of this folder share it. */
const anthropic: TargetSummary = {
  provider: 'anthropic',
  model: null,
  origin: 'https://api.anthropic.com',
  format: 'anthropic-messages',
  credential: 'caller',
  via: null,
};

const zai: TargetSummary = {
  provider: 'zai',
  model: 'glm-4.7',
  origin: 'https://api.z.ai',
  format: 'anthropic-messages',
  credential: 'gateway',
  via: null,
};

const exampleTracing: Status['tracing'] = {
  enabled: false,
  switched: false,
  state: 'off',
  reason: '',
  endpoint: 'http://localhost:4318/v1/traces',
  protocol: 'http/protobuf',
  service_name: 'switchyard',
  conventions: 'openinference',
  content: false,
  sampler_ratio: 1,
  spans: { exported: 0, dropped: 0, failed: 0, waiting: 0 },
};

export const exampleTier: TierSummary = { targets: [anthropic], client_model: null, context_window: null };

export const exampleStatus: Status = {
  schema: 1,
  service: 'switchyard',
  version: '0.1.0',
  pid: 4711,
  started_at: 0,
  uptime_ms: 3_780_000,
  state: 'serving',
  addresses: [{ address: '127.0.0.1', port: 8082, url: 'http://127.0.0.1:8082' }],
  front_door: null,
  configuration: {
    version: 'abc123',
    path: '/home/me/.config/switchyard/switchyard.yaml',
    warnings: [],
    profile: null,
    profiles: [],
    tiers: {
      opus: exampleTier,
      sonnet: exampleTier,
      haiku: { targets: [zai, anthropic], client_model: 'glm-4.7', context_window: 200_000 },
    },
    fallback: [anthropic],
    forced: null,
  },
  mode: {
    mode: 'target',
    configured: 'target',
    switched: false,
    allowed: ['target', 'compare'],
    copies: { running: 0, sent: 0, kept: 0, lost: 0, skipped: {} },
  },
  reload: { applied_at: null, needs_restart: [], refusals: 0, refused: null },
  ledger: { state: 'ready', reason: '', lag_rows: 0, dropped_rows: 0, usage_log: null },
  tracing: exampleTracing,
  in_flight: 2,
  quota: [],
  paused: [],
  left_alone: 0,
  stats: {
    total_requests: 42,
    input_tokens: 12_500,
    output_tokens: 8_300,
    tool_calls: 7,
    cache_read_tokens: 1_200_000,
    cache_write_tokens: 0,
    failed_requests: 1,
    aborted_requests: 0,
    unasked_requests: 0,
    translation_warnings: 0,
    since: 0,
  },
};
