import { TASKS } from '../domain/task.ts';
import type { ConfigLayer } from './layers/layer.ts';
import type { RawObject } from './layers/raw-value.ts';

/** Where the gateway listens when nobody says otherwise. */
export const DEFAULT_PORT = 8082;

/** The clocks of a provider unless it or the configuration says otherwise. */
export const DEFAULT_PROVIDER_CLOCKS: RawObject = {
  connect: '5s',
  tls: '5s',
  h2_headers: '10s',
  headers_stream: '300s',
  headers_whole: '600s',
  first_event: '300s',
  idle: '300s',
  total_stream: '3600s',
  total_whole: '600s',
};

/**
 * The lowest layer. By itself it makes a transparent pass-through to Anthropic, so that a client that is
 * pointed at the gateway works before anything is configured.
 */
export const DEFAULT_VALUES: RawObject = {
  server: {
    listen: [`127.0.0.1:${DEFAULT_PORT}`, `[::1]:${DEFAULT_PORT}`],
    max_body_bytes: '32MiB',
    max_exchanges: 5000,
    allowed_hosts: [],
    client_keys: [],
    clocks: {
      client_headers: '10s',
      client_body: '60s',
      client_write_stall: '120s',
      keep_alive: '65s',
      drain: '60s',
    },
  },
  providers: { anthropic: {} },
  tiers: { haiku: 'anthropic', sonnet: 'anthropic', opus: 'anthropic' },
  default: 'anthropic',
  model_tiers: {},
  mappings: [],
  tasks: { order: [...TASKS] },
  quota: { at: 1 },
  breakers: {
    consecutive: 5,
    ratio: 0.5,
    minimum: 10,
    window: '30s',
    open: '15s',
    open_max: '300s',
    successes: 2,
  },
  retry: { attempts: 3, wait: '10s', hold: '240s', budget: 0.2 },
  net_fallback: false,
  mode: 'target',
  compare: {
    sample: 1,
    max_concurrent: 50,
    timeout: '300s',
    keep_days: 30,
    answer_bytes: '2MiB',
    cancel_with_client: false,
  },
  passthrough: { provider: 'anthropic', fallback: true },
  claude_credentials_file: false,
  translation: {
    policy: 'lenient',
    answer_model: 'requested',
    reasoning_fields: 'reasoning_content',
    keep_alive: '15s',
  },
  terminal: {
    mode: 'compact',
    color: 'auto',
    scheme: 'vibrant',
    color_by: ['session', 'duration'],
    columns: [],
  },
  alerts: { rules: [], channels: {}, every: '15s' },
  tracing: {
    service_name: 'switchyard',
    resource: {},
    content: false,
    content_limit: '256KiB',
    conventions: 'openinference',
    sampler: 'parentbased_always_on',
    sampler_ratio: 1,
    queue: 2048,
    batch: 128,
    delay: '5s',
    timeout: '10s',
  },
  log: { max_bytes: '16MiB', keep_days: 14, keep_files: 30 },
  store: { enabled: true, keep_days: 90 },
  usage_log: { enabled: true, max_bytes: '32MiB', keep_days: 30, keep_files: 60 },
  capture: { mode: 'off', for: '1h', keep_days: 7, max_body: '4MiB', max_total: '256MiB' },
  chain: { autostart: true, entries: [] },
  prices: {},
};

export const DEFAULT_LAYER: ConfigLayer = {
  values: DEFAULT_VALUES,
  locate: () => ({ kind: 'default', detail: 'defaults' }),
};
