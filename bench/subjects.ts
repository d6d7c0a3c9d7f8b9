/** The things that are measured side by side: each a process between the load and one upstream. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramSettings, RunningProgram } from '../test/support/program.ts';
import { startProgram } from '../test/support/program.ts';
import { until } from '../test/support/until.ts';

/** `unrecorded` is the gateway with `store.enabled: false`; `routed` the one with cascades and tasks. */
export type SubjectName = 'nginx' | 'bare' | 'gateway' | 'unrecorded' | 'routed';

export interface Subject {
  readonly name: SubjectName;
  readonly url: string;
  readonly processId: number;
  stop(): Promise<void>;
}

export interface GatewayCommand {
  /** Program and arguments; `--config FILE --port 0` is added. */
  readonly command: readonly string[];
  /** Its first group is the URL in what the gateway prints when it is ready. */
  readonly readyLine: RegExp;
  /** `none` as toward Anthropic; `default` as toward a third party, whose requests are searched for foreign parts. */
  readonly filters: 'none' | 'default';
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const environment = { PATH: process.env['PATH'] ?? '' };

/**
 * One cache for the whole run: compiled code is kept between starts as it is on a user's machine, so the first
 * start of a run is a cold one and the others are not.
 */
const cache = mkdtempSync(join(tmpdir(), 'switchyard-bench-cache-'));
process.once('exit', () => {
  rmSync(cache, { recursive: true, force: true });
});

/** Processors: what is measured runs alone on the first, load and upstream share the second. */
const MEASURED_CPU = '0';
export const LOAD_CPU = '1';

/** `command` bound to a processor, where there are two and `taskset` exists. */
export function pinned(cpu: string, command: readonly string[]): { command: string; arguments: string[] } {
  const [program = '', ...rest] = canPin() ? ['taskset', '-c', cpu, ...command] : command;
  return { command: program, arguments: rest };
}

let pinnable: boolean | undefined;
function canPin(): boolean {
  pinnable ??= spawnSync('taskset', ['-c', LOAD_CPU, 'true']).status === 0;
  return pinnable;
}

/** Moves the benchmark itself off the measured processor. */
export function pinSelf(): void {
  if (canPin()) spawnSync('taskset', ['-a', '-pc', LOAD_CPU, String(process.pid)]);
}

export async function startUpstream(...mode: readonly string[]): Promise<RunningProgram> {
  return startProgram({
    ...pinned(LOAD_CPU, [process.execPath, here('upstream.ts'), ...mode]),
    environment,
  });
}

export async function startCollector(): Promise<RunningProgram> {
  return startProgram({ ...pinned(LOAD_CPU, [process.execPath, here('collector.ts')]), environment });
}

export async function startBare(upstream: string): Promise<Subject> {
  const program = await startProgram({
    ...pinned(MEASURED_CPU, [process.execPath, here('bare-proxy.ts'), upstream]),
    environment,
  });
  return { ...program, name: 'bare' };
}

/** nginx with one worker, keep-alive to the upstream, and unbuffered answers as streams need them. */
export async function startNginx(upstream: string): Promise<Subject> {
  const port = await freePort();
  return startInDirectory('nginx', async (directory) => {
    const file = join(directory, 'nginx.conf');
    writeFileSync(file, nginxConfiguration(directory, port, new URL(upstream).host));
    const command = pinned(MEASURED_CPU, ['nginx', '-e', 'stderr', '-p', directory, '-c', file]);
    return startSilent(command, port);
  });
}

/** Starts a subject that needs a directory, which goes when the subject does, or when it does not start. */
async function startInDirectory(
  name: SubjectName,
  start: (directory: string) => Promise<RunningProgram>,
): Promise<Subject> {
  const directory = mkdtempSync(join(tmpdir(), `switchyard-bench-${name}-`));
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const program = await start(directory);
    const stop = async (): Promise<void> => {
      await program.stop();
      remove();
    };
    return { ...program, name, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

export function hasNginx(): boolean {
  return spawnSync('nginx', ['-v']).status === 0;
}

function nginxConfiguration(directory: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
pid ${directory}/nginx.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
error_log stderr crit;
events { worker_connections 15000; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n  ')}
  client_max_body_size 32m;
  client_body_buffer_size 128k;
  keepalive_requests 1000000;
  upstream provider { server ${upstream}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 300s;
    }
  }
}
`;
}

/** nginx prints nothing when it is ready, so its port is tried instead. */
async function startSilent(
  program: Pick<ProgramSettings, 'command' | 'arguments'>,
  port: number,
): Promise<RunningProgram> {
  const marker = ['sh', '-c', `echo "listening http://127.0.0.1:${port}" >&2; exec "$@"`, 'sh'];
  const [command = '', ...rest] = [...marker, program.command, ...program.arguments];
  const running = await startProgram({ command, arguments: rest, environment });
  await until('nginx to accept connections', async () => accepts(port));
  return running;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => {
    resolve(true);
  });
  socket.once('error', () => {
    resolve(false);
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => {
    // A TCP server that listens has an AddressInfo; a string would be a pipe.
    resolve((server.address() as AddressInfo).port);
  });
  const port = await promise;
  await new Promise((resolve_) => server.close(resolve_));
  return port;
}

/** The gateway with every tier on one provider, accounting as by default. */
export async function startGateway(
  upstream: string,
  gateway: GatewayCommand,
  format: 'anthropic-messages' | 'openai-chat' = 'anthropic-messages',
): Promise<Subject> {
  return startConfigured('gateway', gateway, gatewayConfiguration(upstream, gateway.filters, format));
}

/** The same with everything that makes a decision: a cascade of three in every tier, and a route for every task. */
export async function startRouted(upstream: string, gateway: GatewayCommand): Promise<Subject> {
  const cascade = '[bench, bench/second, bench/third]';
  const tasks = ['image', 'web_search', 'long_context', 'think', 'background', 'subagent'];
  const routes = `
tiers: { haiku: ${cascade}, sonnet: ${cascade}, opus: ${cascade} }
tasks: { ${tasks.map((task) => `${task}: [bench/${task}, bench/second, bench/third]`).join(', ')} }
`;
  const plain = providers(upstream, gateway.filters, 'anthropic-messages');
  return startConfigured('routed', gateway, plain + routes);
}

/** The same with a span for every request and try, sent to this collector. */
export async function startTraced(
  upstream: string,
  gateway: GatewayCommand,
  collector: string,
): Promise<Subject> {
  const configuration = gatewayConfiguration(upstream, gateway.filters, 'anthropic-messages');
  return startConfigured('gateway', gateway, `${configuration}tracing: { endpoint: "${collector}" }\n`);
}

/** The same without accounting, to tell what that costs. */
export async function startUnrecorded(upstream: string, gateway: GatewayCommand): Promise<Subject> {
  const configuration = gatewayConfiguration(upstream, gateway.filters, 'anthropic-messages');
  return startConfigured('unrecorded', gateway, `${configuration}store: { enabled: false }\n`);
}

/** The gateway with a configuration of one's own; `env:BENCH_KEY` is set. */
export function startConfigured(
  name: SubjectName,
  gateway: GatewayCommand,
  configuration: string,
): Promise<Subject> {
  return startInDirectory(name, async (home) => {
    const file = join(home, 'switchyard.yaml');
    writeFileSync(file, configuration);
    return startProgram({
      ...pinned(MEASURED_CPU, [...gateway.command, '--config', file, '--port', '0']),
      environment: {
        ...environment,
        HOME: home,
        SWITCHYARD_HOME: home,
        XDG_CACHE_HOME: cache,
        BENCH_KEY: 'bench',
      },
      readyLine: gateway.readyLine,
      workingDirectory: here('..'),
    });
  });
}

const PLAIN_ROUTES = 'tiers: { haiku: bench, sonnet: bench, opus: bench }\n';

function gatewayConfiguration(upstream: string, filters: GatewayCommand['filters'], format: string): string {
  return providers(upstream, filters, format) + PLAIN_ROUTES;
}

function providers(upstream: string, filters: GatewayCommand['filters'], format: string): string {
  return `
server: { max_exchanges: 20000 }
providers:
  bench:
    base_url: ${upstream}
    format: ${format}
    http: "1.1"
    auth: { header: x-api-key, secret: "env:BENCH_KEY" }
    ${filters === 'none' ? 'filters: { betas: keep, thinking: keep, billing_header: keep }' : ''}
terminal: { mode: "off" }
`;
}
