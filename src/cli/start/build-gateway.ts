import type { RunningGateway } from '../../compose.ts';
import { composeGateway, SYSTEM_CLOCK } from '../../compose.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { ClaudeLogin, claudeLoginFile } from '../../credentials/claude-login.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { Secret } from '../../lib/secret.ts';
import { createLiveCost, type CostOfExchange } from '../../telemetry/live-cost.ts';
import { createLiveLine } from '../../telemetry/live-line.ts';
import { createLog } from '../../telemetry/log.ts';
import { wantsColor } from '../../telemetry/wants-color.ts';
import type { Environment } from '../terminal.ts';
import { VERSION } from '../version.ts';
import type { LoadedSnapshot } from './load-snapshot.ts';

export interface BuildInput extends LoadedSnapshot {
  readonly adminToken: Secret;
  readonly environment: Environment;
  readonly stateDirectory: string;
  readonly onStopRequested: () => void;
}

/** A gateway whose log and live line go to stderr: for people on a terminal, as JSON lines anywhere else. */
export async function buildGateway(input: BuildInput): Promise<RunningGateway> {
  const { snapshot, environment } = input;
  const { stderr } = process;
  const isTerminal = stderr.isTTY;
  const colorOf = ({ terminal }: ConfigSnapshot): boolean =>
    wantsColor({ setting: terminal.color, isTerminal, environment });
  const write = (line: string): void => void stderr.write(line);
  let ledger: RunningGateway['ledger'] | undefined;
  const costOf = createLiveCost(async (query) => ledger?.findPrice(query));
  const lineOf = (current: ConfigSnapshot) => liveLine(current, colorOf(current), costOf);
  let line = lineOf(snapshot);
  const gateway = await composeGateway({
    ...input,
    version: VERSION,
    log: createLog({
      format: isTerminal ? 'human' : 'json',
      color: colorOf(snapshot),
      write,
      now: () => Date.now(),
    }),
    recorders: [(record) => line(record)],
    claudeLogin: new ClaudeLogin({ file: claudeLoginFile(environment), clock: SYSTEM_CLOCK }),
  });
  ledger = gateway.ledger;
  gateway.configuration.onSnapshot(({ after }) => (line = lineOf(after)));
  return gateway;
}

function liveLine(
  snapshot: ConfigSnapshot,
  color: boolean,
  costOf: CostOfExchange,
): (record: ExchangeRecord) => void {
  const { stderr } = process;
  const { mode, columns } = snapshot.terminal;
  const write = (line: string): void => void stderr.write(line);
  const width = (): number | undefined => (stderr.isTTY ? stderr.columns : undefined);
  return createLiveLine({ mode, columns, color, write, width, costOf });
}
