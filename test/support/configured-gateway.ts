/** A gateway in the test's own process that reads a configuration file and follows it, as the program does. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeGateway, type RunningGateway } from '../../src/compose.ts';
import { loadConfig } from '../../src/config-io/load-config.ts';
import { formatProblem } from '../../src/config/problems/problem.ts';
import type { Status } from '../../src/contract/status.ts';
import type { ExchangeRecord } from '../../src/domain/exchange.ts';
import { Secret } from '../../src/lib/secret.ts';
import { call, type CallSettings, type Called } from './call.ts';
import { ADMIN_TOKEN, NO_LOGIN, type LogEntry } from './in-process-gateway.ts';

export interface ConfiguredGateway {
  readonly url: string;
  readonly home: string;
  /** The configuration file. */
  readonly file: string;
  readonly records: readonly ExchangeRecord[];
  readonly logged: readonly LogEntry[];
  readonly running: RunningGateway;
  status(): Promise<Status>;
  /** A call of the admin API with its token. */
  admin(method: string, path: string, settings?: CallSettings): Promise<Called>;
  stop(): Promise<void>;
}

export interface ConfiguredSettings {
  readonly yaml: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Below the home, by path; written before the configuration is read. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function startConfigured(settings: ConfiguredSettings): Promise<ConfiguredGateway> {
  const home = await mkdtemp(join(tmpdir(), 'switchyard-test-'));
  const file = join(home, 'switchyard.yaml');
  await writeFile(file, settings.yaml, { mode: 0o600 });
  for (const [name, content] of Object.entries(settings.files ?? {}))
    await writeFile(join(home, name), content);
  const environment = { HOME: home, SWITCHYARD_HOME: home, ...settings.environment };
  const load = (text?: string) =>
    loadConfig({
      flags: { port: 0 },
      environment,
      programRoot: home,
      ...(text === undefined ? {} : { text }),
    });
  const loadedAt = Date.now();
  const loaded = await load();
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const records: ExchangeRecord[] = [];
  const logged: LogEntry[] = [];
  const log = (level: LogEntry['level']) => (details: unknown, message: string) => {
    logged.push({ level, message, details });
  };
  const running = await composeGateway({
    snapshot: loaded.snapshot,
    configPath: file,
    source: { load, loaded, loadedAt },
    version: '0.0.0-test',
    adminToken: new Secret(ADMIN_TOKEN),
    environment,
    stateDirectory: loaded.paths.stateDirectory,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    recorders: [(record) => records.push(record)],
    claudeLogin: NO_LOGIN,
    onStopRequested: () => undefined,
  });
  await running.warm();
  const url = running.addresses[0]?.url ?? '';
  const admin = (method: string, path: string, { headers, ...rest }: CallSettings = {}) =>
    call(url, path, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(rest.body === undefined
          ? {}
          : {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(textOf(rest.body))),
            }),
        ...headers,
      },
      ...(rest.body === undefined ? {} : { body: textOf(rest.body) }),
    });
  return {
    url,
    home,
    file,
    records,
    logged,
    running,
    admin,
    status: async () => JSON.parse((await admin('GET', '/api/status')).body.toString()) as Status,
    stop: async () => {
      await running.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function textOf(body: Buffer | string | object): string {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
}
