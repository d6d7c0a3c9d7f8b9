import { InvalidArgumentError, type Command } from 'commander';
import { routeChange, ROUTE_SLOTS, type RouteSlot } from '../../config/edit/route-slots.ts';
import { read } from '../../config/edit/edit-yaml.ts';
import { formatSource } from '../../config/problems/problem.ts';
import { printable } from '../../telemetry/printable.ts';
import { applyEdit } from '../config/apply-edit.ts';
import { gatewaysElsewhere } from '../config/confirm-reload.ts';
import { openConfigFile, type ConfigChoice } from '../config/config-file.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { pathOf, routeRows, type RouteRow } from '../routes/route-rows.ts';
import { openTerminal, toJson } from '../terminal.ts';

/** `switchyard routes list | set`: where each tier and each kind of work goes. */
export function registerRoutesCommand(program: Command): void {
  const routes = program.command('routes').description('where each tier and each kind of work goes');
  withSource(routes.command('list'))
    .description('every route as it is in effect, and where it was written')
    .option('--json', 'as JSON, on stdout')
    .action(listRoutes);
  withSource(routes.command('set'))
    .description('writes a route into the file; comments and layout stay')
    .argument('<slot>', ROUTE_SLOTS.join(', '), slotOf)
    .argument('<targets>', 'provider/model, or several with commas between them; none takes the route away')
    .action(setRoute);
}

function withSource(command: Command): Command {
  return command
    .option('--config <path>', 'this configuration file')
    .option('--env-file <path>', 'read variables from this file');
}

async function listRoutes(options: ConfigChoice & { readonly json?: boolean }): Promise<void> {
  const { data, note, environment } = openTerminal();
  const { loaded } = await openConfigFile(options, environment);
  if (loaded.snapshot === undefined)
    throw new CommandError({
      exitCode: EXIT.failure,
      what: `${loaded.file} cannot be served`,
      next: 'switchyard config check',
    });
  const { snapshot, provenance } = loaded;
  const rows = routeRows(snapshot).map(({ path, ...row }) => ({
    ...row,
    source: formatSource(provenance.locate(path)),
  }));
  if (options.json) return data(toJson(rows));
  const width = Math.max(...rows.map(({ slot }) => slot.length));
  for (const row of rows) data(formatRow(row, width));
  for (const { url, path } of await gatewaysElsewhere(loaded.file, environment))
    note(
      `but ${url} runs with ${path === undefined ? 'no file' : `${path}: switchyard routes list --config ${path}`}`,
    );
}

function formatRow(
  { slot, match, targets, pick, source }: Omit<RouteRow, 'path'> & { readonly source: string },
  width: number,
): string {
  if (targets.length === 0) return `${slot.padEnd(width)} -`;
  const names = match === undefined ? '' : `${printable(match)} → `;
  const how = pick === undefined ? '' : `  (${pick})`;
  return `${slot.padEnd(width)} ${names}${targets.map((target) => printable(target)).join(', ')}${how}  # ${source}`;
}

async function setRoute(slot: RouteSlot, targets: string, options: ConfigChoice): Promise<void> {
  const terminal = openTerminal();
  const file = await openConfigFile(options, terminal.environment);
  const words = targets === 'none' ? [] : targets.split(',').map((word) => word.trim());
  const values = read(file.loaded.text ?? '') ?? {};
  await applyEdit(file, { to: { changes: [routeChange(values, slot, words)] } }, terminal);
  const { loaded } = await openConfigFile(options, terminal.environment);
  const source = loaded.provenance.locate(pathOf(slot));
  if (source.kind === 'environment' || source.kind === 'flag')
    terminal.note(`but ${formatSource(source)} wins over the file for ${slot}`);
}

function slotOf(text: string): RouteSlot {
  const slot = ROUTE_SLOTS.find((name) => name === text);
  if (slot === undefined) throw new InvalidArgumentError(`It must be one of ${ROUTE_SLOTS.join(', ')}.`);
  return slot;
}
