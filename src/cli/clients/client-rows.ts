/** What is known of each client on this machine: installed, connected, protected. */
import type { ClientSetup } from '../../connect/client-setup.ts';
import { ConnectRefused } from '../../connect/connect-refused.ts';
import { currentValues, ineffectiveFiles, type ConnectContext } from '../../connect/connection.ts';
import { CLIENT_SETUPS } from '../../connect/registry.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';
import { findOnPath } from '../run/find-on-path.ts';
import type { Environment } from '../terminal.ts';
import { formatTable, type TableColumn } from '../usage/format-table.ts';
import { leadsTo, leadsToRemote } from './leads-to.ts';
import { connectContext } from './connect-context.ts';
import { wantedGateway } from './gateway-for-client.ts';

export interface ClientRow {
  readonly client: string;
  readonly title: string;
  readonly installed: boolean;
  readonly speaks: string;
  /** `connected`: its settings point at the gateway. `elsewhere`: at another URL. */
  readonly state: 'connected' | 'elsewhere' | 'not connected' | 'unreadable';
  readonly points_at: string | null;
  /** Whether the gateway's cascade stands behind its requests, as it is set up now. */
  readonly protected: boolean;
  readonly why: string;
  /** What of its settings leads past the gateway all the same. */
  readonly but: readonly string[];
}

export async function clientRows(environment: Environment, port: number | undefined): Promise<ClientRow[]> {
  const { view, runs } = await wantedGateway(environment, { port, tier: undefined });
  const context = connectContext(environment);
  return CLIENT_SETUPS.map((setup) => {
    const { reason, remarks, isRemote = false, ...place } = placeOf(setup, context, view.url);
    const situation = { ...place, runs, environment, isRemote, ...(reason === undefined ? {} : { reason }) };
    const stands = protection(setup, situation);
    const installed = findOnPath(setup.name, environment) !== undefined;
    const { name: client, title, speaks } = setup;
    return {
      client,
      title,
      installed,
      speaks,
      ...place,
      ...stands,
      but: stands.protected ? (remarks ?? []) : [],
    };
  });
}

type Place = Pick<ClientRow, 'state' | 'points_at'>;

interface Told {
  readonly reason?: string;
  /** It was connected to a gateway on another machine, and still is. */
  readonly isRemote?: boolean;
  readonly remarks?: readonly string[];
}

function placeOf(setup: ClientSetup, context: ConnectContext, url: string): Place & Told {
  try {
    const values = currentValues(setup, context);
    const pointsAt = setup.pointsAt(values);
    if (pointsAt === undefined) return { state: 'not connected', points_at: null };
    const [reason] = ineffectiveFiles(setup, context);
    const isHere = leadsTo(pointsAt, url);
    const isRemote = !isHere && leadsToRemote(pointsAt, context.receipts.read(setup.name)?.gateway);
    return {
      state: isHere || isRemote ? 'connected' : 'elsewhere',
      isRemote,
      points_at: pointsAt,
      remarks: setup.remarks(values),
      ...(reason === undefined ? {} : { reason }),
    };
  } catch (error) {
    if (!(error instanceof ConnectRefused)) throw error;
    return { state: 'unreadable', points_at: null, reason: error.message };
  }
}

interface Situation extends Place, Told {
  readonly runs: boolean;
  readonly environment: Environment;
}

function protection(setup: ClientSetup, situation: Situation): Pick<ClientRow, 'protected' | 'why'> {
  const bypass = setup.bypasses.find(
    (name) =>
      situation.environment[name] !== undefined && situation.environment[name] !== situation.points_at,
  );
  if (situation.state === 'unreadable') return { protected: false, why: situation.reason ?? '' };
  if (situation.state === 'elsewhere') return { protected: false, why: 'its settings name another base URL' };
  if (situation.state === 'not connected')
    return { protected: false, why: `only when started by: switchyard run ${setup.name}` };
  if (situation.reason !== undefined) return { protected: false, why: situation.reason };
  if (bypass !== undefined)
    return { protected: false, why: `${bypass} in this shell leads past the gateway` };
  if (situation.isRemote === true)
    return { protected: true, why: 'its settings point at the gateway it was connected to' };
  if (!situation.runs) return { protected: false, why: 'no gateway is running' };
  return { protected: true, why: 'its settings point at the gateway' };
}

/** A table, or where the terminal is too narrow for one, three lines a client. @param width in characters */
export function formatClientRows(rows: readonly ClientRow[], paint: Paint, width = Infinity): string[] {
  const cells = rows.map((row) => [
    row.client,
    row.installed ? 'yes' : 'no',
    row.speaks,
    row.state,
    row.protected ? (row.but.length === 0 ? 'yes' : 'partly') : 'no',
    reasonOf(row),
  ]);
  const [head = '', ...lines] = formatTable(COLUMNS, cells);
  const isNarrow = width < HEAD_WIDTH && lines.some((line) => line.length > width);
  return isNarrow ? cells.flatMap((row) => narrowClient(row, paint)) : [paint('bold', head), ...lines];
}

/** With so much room the reason alone runs over the end of the line, and the table stays one. */
const HEAD_WIDTH = 100;

function narrowClient(cells: readonly string[], paint: Paint): string[] {
  const [client = '', installed = '', speaks = '', settings = '', isProtected = '', why = ''] = cells;
  return [
    `${paint('bold', client)}  ${settings}, protected: ${isProtected}`,
    `  ${installed === 'yes' ? 'installed' : 'not installed'}, speaks ${speaks}`,
    `  ${why}`,
  ];
}

function reasonOf({ why, but, points_at: pointsAt }: ClientRow): string {
  const reason = pointsAt === null ? why : `${why} (${pointsAt})`;
  return printable(but.length === 0 ? reason : `${reason}, but: ${but.join(' ')}`, 300);
}

const COLUMNS: readonly TableColumn[] = ['client', 'installed', 'speaks', 'settings', 'protected', 'why'].map(
  (title) => ({ title, align: 'left' }),
);
