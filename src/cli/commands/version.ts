import type { Command } from 'commander';
import { openTerminal, toJson } from '../terminal.ts';
import { VERSION } from '../version.ts';

export function registerVersionCommand(program: Command): void {
  program
    .command('version')
    .description('the version of Switchyard and of the runtime it runs on')
    .option('--json', 'as JSON, on stdout')
    .action((options: { json?: boolean }) => {
      const runtime = { node: process.versions.node, platform: process.platform, arch: process.arch };
      const text = `switchyard ${VERSION} (Node ${runtime.node}, ${runtime.platform} ${runtime.arch})`;
      openTerminal().data(options.json ? toJson({ version: VERSION, ...runtime }) : text);
    });
}
