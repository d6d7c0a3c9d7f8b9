import type { RunningGateway } from '../../compose.ts';
import { composeGateway } from '../../compose.ts';
import { SYSTEM_CLOCK } from '../../server/compose/system-clock.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { ClaudeLogin, claudeLoginFile } from '../../credentials/claude-login.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { Secret } from '../../lib/secret.ts';
import type { FoundPrice, PriceQuery } from '../../pricing/price-book.ts';
import { createAttemptCosts } from '../../telemetry/attempt-costs.ts';
import { SessionStatus, sessionStatusDirectory } from '../../telemetry/session-status.ts';
import { createLiveCost, type CostOfExchange } from '../../telemetry/live-cost.ts';
import { createLiveLine } from '../../telemetry/live-line.ts';
import { createLog } from '../../telemetry/log.ts';
import { createRequestLog } from '../../telemetry/request-log.ts';
import { wantsColor } from '../../telemetry/wants-color.ts';
import type { Environment } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { openOutput, type Output } from './open-output.ts';
import type { LoadedSnapshot } from './load-snapshot.ts';

export interface BuildInput extends LoadedSnapshot {
  readonly adminToken: Secret;
  readonly environment: Environment;
  readonly stateDirectory: string;
  readonly onStopRequested: () => void;
}

/**
 * A gateway whose log goes to stderr: short lines and a live line per request for people on a terminal, JSON lines
 * anywhere else.
 */
export async function buildGateway(input: BuildInput): Promise<RunningGateway> {
  const { environment } = input;
  let current = input.snapshot;
  const output = openOutput({
    environment,
    settings: () => current.log,
    onError: (error) => log.warn({ error }, '[Log] Old lines cannot be put aside; the file goes on.'),
  });
  const { isTerminal } = output;
  const colorOf = ({ terminal }: ConfigSnapshot): boolean =>
    wantsColor({ setting: terminal.color, isTerminal, environment });
  const log = createLog({
    format: isTerminal ? 'human' : 'json',
    color: colorOf(current),
    write: output.write,
    now: () => Date.now(),
  });
  let ledger: RunningGateway['ledger'] | undefined;
  const findPrice = async (query: PriceQuery): Promise<FoundPrice | undefined> => ledger?.findPrice(query);
  const prices = (): unknown => current.accounting.prices;
  const costOf = createLiveCost(findPrice, prices);
  const requestLog = createRequestLog({ write: output.write, now: () => Date.now() });
  const lineOf = (snapshot: ConfigSnapshot): Recorder => {
    if (snapshot.terminal.mode === 'off') return () => undefined;
    if (!isTerminal) return requestLog;
    return liveLine({ snapshot, color: colorOf(snapshot), costOf, output });
  };
  let line = lineOf(current);
  let glance: RunningGateway['glance'] = () => ({ quota: undefined, leftAlone: 0 });
  const sessions = new SessionStatus({
    directory: sessionStatusDirectory(input.stateDirectory),
    costsOf: createAttemptCosts(findPrice, prices),
    glance: () => glance(),
    now: () => Date.now(),
    after: (milliseconds, act) => void setTimeout(act, milliseconds).unref(),
    onError: (error) => log.warn({ error }, '[Status] A status line cannot be written.'),
  });
  const gateway = await composeGateway({
    ...input,
    version: VERSION,
    log,
    recorders: [(record) => line(record), (record) => sessions.record(record)],
    claudeLogin: new ClaudeLogin({ file: claudeLoginFile(environment), clock: SYSTEM_CLOCK }),
  });
  ledger = gateway.ledger;
  glance = () => gateway.glance();
  gateway.configuration.onSnapshot(({ after }) => {
    current = after;
    line = lineOf(after);
  });
  output.check();
  return gateway;
}

type Recorder = (record: ExchangeRecord) => void;

interface LiveLineInput {
  readonly snapshot: ConfigSnapshot;
  readonly color: boolean;
  readonly costOf: CostOfExchange;
  readonly output: Output;
}

function liveLine({ snapshot, color, costOf, output }: LiveLineInput): Recorder {
  const { stderr } = process;
  const { mode, columns, scheme, colorBy } = snapshot.terminal;
  const width = (): number | undefined => (stderr.isTTY ? stderr.columns : undefined);
  const contextWindowOf = ({ attempts }: ExchangeRecord): number | undefined => {
    const last = attempts.at(-1);
    const models = snapshot.providers.get(last?.provider ?? '')?.models;
    return models?.get(last?.sentModel ?? '')?.contextWindow;
  };
  const { write } = output;
  return createLiveLine({ mode, columns, scheme, colorBy, color, write, width, costOf, contextWindowOf });
}
