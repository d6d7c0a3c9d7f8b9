import { homedir } from 'node:os';
import { Argument } from 'commander';
import type { ClientSetup } from '../../connect/client-setup.ts';
import type { ConnectContext } from '../../connect/connection.ts';
import { ReceiptStore } from '../../connect/files/receipt-store.ts';
import { CLIENT_SETUPS } from '../../connect/registry.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Environment } from '../terminal.ts';

/** This user's clients and receipts. */
export function connectContext(environment: Environment): ConnectContext {
  return {
    system: { platform: process.platform, home: homedir(), environment },
    receipts: new ReceiptStore(stateDirectoryOf(environment)),
  };
}

/** `<client>` or `[client]`, one of those we know. */
export function clientArgument(usage: string, description: string): Argument {
  return new Argument(usage, description).choices(CLIENT_SETUPS.map(({ name }) => name));
}

/** Commander has checked the name already. */
export function setupNamed(name: string): ClientSetup {
  const setup = CLIENT_SETUPS.find((known) => known.name === name);
  if (setup === undefined) throw new Error(`There is no client ${name}.`);
  return setup;
}
