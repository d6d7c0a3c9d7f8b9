import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import { PAIR_GROUPS, type Judgement, type PairGroup } from '../../domain/pair.ts';
import { CommandError } from '../command-error.ts';
import { formatPairStats } from '../compare/format-pair-stats.ts';
import { formatPair, formatPairs } from '../compare/format-pairs.ts';
import { EXIT } from '../exit-code.ts';
import { requireGateway } from '../find-gateway.ts';
import { parsePort } from '../parse-port.ts';
import { openTerminal, toJson } from '../terminal.ts';
import { addRangeOptions, rangeQueryOf, type RangeOptions } from '../usage/time-options.ts';

interface Options {
  readonly port?: number;
  readonly json?: boolean;
}

interface ListOptions extends Options, RangeOptions {
  readonly limit: string;
  readonly task?: string;
  readonly agreement?: string;
  readonly unjudged?: boolean;
}

interface StatsOptions extends Options, RangeOptions {
  readonly by: PairGroup;
}

export function registerCompareCommand(program: Command): void {
  const compare = program
    .command('compare')
    .description('answers compared in mode compare: A is what the client got, B what the copy got');
  addRangeOptions(compare.command('list'))
    .description('the newest pairs, one a line')
    .option('-n, --limit <number>', 'how many', parseLimit, '20')
    .option('--task <name>', 'of this kind of work only')
    .addOption(
      new Option('--agreement <word>', 'of this agreement only').choices(['agree', 'partly', 'differ']),
    )
    .option('--unjudged', 'those that nobody has judged')
    .option('--json', 'as JSON, on stdout')
    .action(listPairs);
  compare
    .command('show')
    .description('both answers, and how they differ')
    .argument('<id>', 'as in list, and in the header x-switchyard-exchange')
    .option('--port <number>', 'the gateway on this port', parsePort)
    .option('--json', 'as JSON, on stdout')
    .action(showPair);
  addRangeOptions(compare.command('stats'))
    .description('agreement, cost and time by task or another name')
    .addOption(new Option('--by <name>', 'what to group by').choices(PAIR_GROUPS).default('task'))
    .option('--json', 'as JSON, on stdout')
    .action(showStats);
  compare
    .command('judge')
    .description('notes which answer is better')
    .argument('<id>', 'as in list')
    .addArgument(new Argument('<judgement>', 'a, b or tie').choices(['a', 'b', 'tie']))
    .option('--port <number>', 'the gateway on this port', parsePort)
    .action(judge);
}

const NO_PAIRS = 'no such pairs of answers are kept; switchyard mode compare makes some';

async function listPairs(options: ListOptions): Promise<void> {
  const terminal = openTerminal();
  const { client } = await requireGateway(terminal.environment, options.port);
  const query = {
    ...rangeQueryOf(options),
    limit: options.limit,
    ...(options.task === undefined ? {} : { task: options.task }),
    ...(options.agreement === undefined ? {} : { agreement: options.agreement }),
    ...(options.unjudged ? { judgement: '' } : {}),
  };
  const page = await client.call('pairs', { query });
  if (options.json) return terminal.data(toJson(page));
  if (page.pairs.length === 0) return terminal.note(NO_PAIRS);
  for (const line of formatPairs(page.pairs)) terminal.data(line);
}

async function showPair(id: string, options: Options): Promise<void> {
  const terminal = openTerminal();
  const { client } = await requireGateway(terminal.environment, options.port);
  const detail = await client.call('pair', { parameters: { id } }).catch(explain(id));
  if (options.json) return terminal.data(toJson(detail));
  for (const line of formatPair(detail, terminal.paintData)) terminal.data(line);
}

async function showStats(options: StatsOptions): Promise<void> {
  const terminal = openTerminal();
  const { client } = await requireGateway(terminal.environment, options.port);
  const stats = await client.call('pairStats', { query: { ...rangeQueryOf(options), by: options.by } });
  if (options.json) return terminal.data(toJson(stats));
  if (stats.groups.length === 0) return terminal.note(NO_PAIRS);
  for (const line of formatPairStats(stats)) terminal.data(line);
}

async function judge(id: string, judgement: Judgement, { port }: Options): Promise<void> {
  const { environment, note } = openTerminal();
  const { client } = await requireGateway(environment, port);
  await client.call('judgePair', { parameters: { id }, body: { judgement } }).catch(explain(id));
  note(`judged ${id}: ${judgement}`);
}

function explain(id: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AdminClientError) || error.code !== 'no_such_pair') throw error;
    throw new CommandError({
      exitCode: EXIT.failure,
      what: `no pair of answers is kept for ${id}`,
      why: 'A pair is kept when both answers have ended; old ones are deleted after compare.keep_days days.',
      next: 'switchyard compare list',
    });
  };
}

function parseLimit(text: string): string {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 500)
    throw new InvalidArgumentError('Give a number of pairs up to 500.');
  return text;
}
