import type { MetricRow } from './metric-table.ts';

/** What prom-client tells of the process, under the names every Prometheus user knows. File descriptors, virtual memory: Linux only. */
export const PROCESS_METRICS: readonly MetricRow[] = [
  processRow('process_cpu_user_seconds_total', 'User CPU time spent.'),
  processRow('process_cpu_system_seconds_total', 'System CPU time spent.'),
  processRow('process_cpu_seconds_total', 'User and system CPU time spent.'),
  processRow('process_start_time_seconds', 'Start of the process, since the Unix epoch.'),
  processRow('process_resident_memory_bytes', 'Resident memory.'),
  processRow('process_virtual_memory_bytes', 'Virtual memory.'),
  processRow('process_heap_bytes', 'Heap of the process.'),
  processRow('process_open_fds', 'Open file descriptors.'),
  processRow('process_max_fds', 'How many file descriptors may be open.'),
  processRow('nodejs_eventloop_lag_seconds', 'Lag of the event loop at the time of the scrape.'),
  processRow('nodejs_eventloop_lag_min_seconds', 'Least delay of the event loop since the last scrape.'),
  processRow('nodejs_eventloop_lag_max_seconds', 'Greatest delay of the event loop since the last scrape.'),
  processRow('nodejs_eventloop_lag_mean_seconds', 'Mean delay of the event loop since the last scrape.'),
  processRow('nodejs_eventloop_lag_stddev_seconds', 'Standard deviation of these delays.'),
  processRow('nodejs_eventloop_lag_p50_seconds', 'Median of these delays.'),
  processRow('nodejs_eventloop_lag_p90_seconds', '90th percentile of these delays.'),
  processRow('nodejs_eventloop_lag_p99_seconds', '99th percentile of these delays.'),
  processRow('nodejs_active_resources', 'What keeps the event loop alive, by kind.', ['type']),
  processRow('nodejs_heap_size_total_bytes', 'Size of the heap of JavaScript.'),
  processRow('nodejs_heap_size_used_bytes', 'Used part of it.'),
  processRow(
    'nodejs_external_memory_bytes',
    'Memory outside the heap that belongs to objects in it: buffers above all.',
  ),
  processRow('nodejs_heap_space_size_total_bytes', 'Size of each space of the heap.', ['space']),
  processRow('nodejs_heap_space_size_used_bytes', 'Used part of each space.', ['space']),
  processRow('nodejs_heap_space_size_available_bytes', 'Free part of each space.', ['space']),
  processRow('nodejs_version_info', 'Version of Node.js.', ['version', 'major', 'minor', 'patch']),
  {
    name: 'nodejs_gc_duration_seconds',
    type: 'histogram',
    help: 'Pauses for garbage collection, by kind.',
    labels: ['kind'],
  },
];

function processRow(name: string, help: string, labels: readonly string[] = []): MetricRow {
  return { name, type: name.endsWith('_total') ? 'counter' : 'gauge', help, labels };
}
