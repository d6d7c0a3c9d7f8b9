import { listen } from '../edge/listen.ts';
import type { StoreLedger } from '../../store/ledger.ts';
import { openLedger } from '../../store/open-ledger.ts';
import type { ComposeInput } from './compose-input.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** A port that is taken says more than a ledger that is: where both are, the port is told. */
export async function openLedgerOrExplain({
  snapshot,
  stateDirectory,
  log,
}: ComposeInput): Promise<StoreLedger> {
  try {
    return openLedger({
      accounting: snapshot.accounting,
      keepPairDays: snapshot.compare.keepDays,
      stateDirectory,
      clock: SYSTEM_CLOCK,
      log: ({ level, details, message }) => log[level](details, message),
    });
  } catch (error) {
    const probe = await listen(snapshot.server, (_, response) => response.destroy());
    await probe.closeAll();
    throw error;
  }
}
