/** The demo: a real gateway and a scripted provider in this process, no key, no network, nothing left behind. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeGateway, type RunningGateway } from '../../compose.ts';
import { SYSTEM_CLOCK } from '../../server/compose/system-clock.ts';
import { ClaudeLogin, claudeLoginFile } from '../../credentials/claude-login.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import { Secret } from '../../lib/secret.ts';
import { createLog } from '../../telemetry/log.ts';
import { sendProbe, type ProbeResult } from '../probe/send-probe.ts';
import { VERSION } from '../version.ts';
import { demoConfiguration, demoRequest, DEMO_STEPS, type DemoStep } from './demo-script.ts';
import { startScriptedProvider } from './scripted-provider.ts';

export interface DemoOutcome {
  readonly step: DemoStep;
  readonly result: ProbeResult;
  /** What the gateway recorded of it. */
  readonly record: ExchangeRecord | undefined;
}

export interface DemoListener {
  readonly onStart: (gatewayUrl: string) => void;
  readonly onStep: (outcome: DemoOutcome) => void;
}

/** A record may be written a moment after the client has its last byte. */
const RECORD_PATIENCE_MS = 2_000;

/** Hands over each record once, waiting for those that are still to come. */
class RecordQueue {
  readonly #arrived: ExchangeRecord[] = [];
  #wake: (() => void) | undefined;

  add(record: ExchangeRecord): void {
    this.#arrived.push(record);
    this.#wake?.();
  }

  async next(): Promise<ExchangeRecord | undefined> {
    if (this.#arrived.length === 0)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, RECORD_PATIENCE_MS).unref();
      });
    return this.#arrived.shift();
  }
}

/** Plays every step in order and takes everything down again. */
export async function playDemo(listener: DemoListener): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-demo-'));
  const provider = await startScriptedProvider();
  const records = new RecordQueue();
  try {
    const gateway = await startDemoGateway(directory, provider.url, (record) => records.add(record));
    try {
      await playSteps(gateway, listener, records);
    } finally {
      await gateway.stop();
    }
  } finally {
    await provider.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function playSteps(
  { addresses }: RunningGateway,
  listener: DemoListener,
  records: RecordQueue,
): Promise<void> {
  const url = addresses[0]?.url ?? '';
  listener.onStart(url);
  for (const step of DEMO_STEPS) {
    const result = await sendProbe(demoRequest(step, url));
    listener.onStep({ step, result, record: await records.next() });
  }
}

/** Only the demo's own file counts: neither this user's configuration nor the environment is read. */
async function startDemoGateway(
  directory: string,
  providerUrl: string,
  record: (record: ExchangeRecord) => void,
): Promise<RunningGateway> {
  const config = join(directory, 'switchyard.yaml');
  await writeFile(config, demoConfiguration(providerUrl));
  const environment = { SWITCHYARD_HOME: directory };
  const flags = { config, host: '127.0.0.1', port: 0 };
  const loaded = await loadConfig({ flags, environment, programRoot: directory });
  if (loaded.kind === 'invalid')
    throw new Error(`The demo's configuration is refused: ${loaded.problems.map(formatProblem).join(' ')}`);
  return composeGateway({
    snapshot: loaded.snapshot,
    configPath: config,
    version: VERSION,
    adminToken: new Secret(crypto.randomUUID()),
    environment,
    stateDirectory: directory,
    log: createLog({ format: 'human', color: false, write: () => {}, now: () => Date.now() }),
    recorders: [record],
    claudeLogin: new ClaudeLogin({ file: claudeLoginFile(environment), clock: SYSTEM_CLOCK }),
    onStopRequested: () => {},
  });
}
