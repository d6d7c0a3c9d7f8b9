import type { Status } from '../../contract/status.ts';
import type { Provider } from '../../domain/provider.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { configurationPlace, formatRoutes } from '../format-status.ts';

export interface StartBlockInput {
  /** What the gateway itself answered when it was asked: proof that the address works. */
  readonly status: Status;
  readonly url: string;
  readonly providers: Iterable<Pick<Provider, 'name' | 'origin' | 'basePath'>>;
  readonly paint: Paint;
  /** What to know when other machines can reach it; nothing on loopback. */
  readonly lan?: readonly string[];
  /** How the user calls the program. */
  readonly command: string;
}

/** The plan and features of the development license, which holds while no license file is given. */
const LICENSE_LINE = '[license] plan=trial features=[zai_offload]';

/** What is said at start, line by line: where it listens, by which configuration, where traffic goes, what next. */
export function formatStartBlock(input: StartBlockInput): string[] {
  const { status, url, providers, paint, command } = input;
  const { configuration } = status;
  return [
    `${paint('bold', 'switchyard')} ${status.version}  ${paint('green', url)}`,
    `  config   ${configurationPlace(configuration)} (version ${configuration.version})`,
    ...formatRoutes(configuration),
    formatLanes(providers),
    ...(status.front_door === null
      ? []
      : [`  clients  go to ${status.front_door}, which stands before the gateway`]),
    ...(input.lan ?? []),
    LICENSE_LINE,
    ...configuration.warnings.map((warning) => `${paint('yellow', 'warning')}  ${warning}`),
    `  next     ${command} run claude   or: ANTHROPIC_BASE_URL=${status.front_door ?? url} claude`,
  ];
}

/** `lanes: anth=https://api.anthropic.com zai=https://api.z.ai/api/anthropic`, Anthropic first. */
export function formatLanes(providers: StartBlockInput['providers']): string {
  const lanes = [...providers].map(({ name, origin, basePath }) => `${laneName(name)}=${origin}${basePath}`);
  return `lanes: ${lanes.sort((one, other) => rank(one) - rank(other)).join(' ')}`;
}

/** Scripts of the predecessors look for `anth`. */
function laneName(provider: string): string {
  return provider === 'anthropic' ? 'anth' : provider;
}

function rank(lane: string): number {
  return lane.startsWith('anth=') ? 0 : 1;
}
