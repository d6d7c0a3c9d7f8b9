import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { ownCommand } from '../own-command.ts';
import { openTerminal } from '../terminal.ts';

export function registerDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('shows routing, fail-over and records in a few seconds, offline and without a key')
    .action(async () => {
      process.exitCode = await showDemo();
    });
}

async function showDemo(): Promise<number> {
  const terminal = openTerminal();
  const { playDemo } = await import('../demo/play-demo.ts');
  const text = await import('../demo/format-demo.ts');
  const print = (lines: readonly string[]): void => lines.forEach(terminal.data);
  let number = 0;
  let promised = true;
  await playDemo({
    onStart: (url) => print(text.formatDemoStart(url)),
    onStep: (outcome) => {
      number += 1;
      promised &&= text.isAsPromised(outcome);
      print(text.formatDemoStep(outcome, number, terminal.paintData));
    },
  });
  print(text.formatDemoEnd(ownCommand(terminal.environment)));
  return promised ? EXIT.ok : EXIT.failure;
}
