import { Argument, type Command } from 'commander';
import { requireGateway } from '../find-gateway.ts';
import { openTerminal, toJson, type Terminal } from '../terminal.ts';
import { fetchAllRollups } from '../usage/all-rollups.ts';
import { formatUsage } from '../usage/format-usage.ts';
import { addRangeOptions, rangeQueryOf, type RangeOptions } from '../usage/time-options.ts';

const BUCKETS = ['day', 'hour'] as const;
const NAMES = ['session', 'model', 'client', 'lane', 'tier', 'task', 'project', 'user'] as const;

type Split = (typeof BUCKETS)[number] | (typeof NAMES)[number];

interface UsageOptions extends RangeOptions {
  readonly json?: boolean;
}

/** More sessions or hours than anybody reads; `--json` gives all of them. */
const MOST_LINES = '200';

export function registerUsageCommand(program: Command): void {
  const command = program
    .command('usage')
    .description('requests, tokens and costs, by UTC day or hour, or by who and what')
    .addArgument(
      new Argument('[by]', 'what a line stands for')
        .choices([...BUCKETS, ...NAMES])
        .default('day' satisfies Split),
    )
    .option('--json', 'as JSON, on stdout');
  addRangeOptions(command).action((by: Split, options: UsageOptions) =>
    showUsage(by, options, openTerminal()),
  );
}

async function showUsage(by: Split, options: UsageOptions, terminal: Terminal): Promise<void> {
  const { client } = await requireGateway(terminal.environment, options.port);
  const query = {
    ...rangeQueryOf(options),
    ...(isBucket(by) ? { granularity: by } : { granularity: 'all' as const, by }),
  };
  if (options.json) return terminal.data(toJson(await fetchAllRollups(client, query)));
  const rollups = await client.call('rollups', { query: { ...query, limit: MOST_LINES } });
  for (const line of formatUsage(by, rollups, terminal.width())) terminal.data(line);
}

function isBucket(by: Split): by is (typeof BUCKETS)[number] {
  return by === 'day' || by === 'hour';
}
