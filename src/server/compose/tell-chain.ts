import type { EntryReport } from '../../chain/service-report.ts';
import type { EventSink } from '../../contract/events.ts';
import type { GatewayLog } from '../../gateway/gateway.ts';

/** Says in the log and to whoever listens how the helper services fare, when it is not as it was. */
export function tellChain(log: GatewayLog, events: EventSink): (report: EntryReport) => void {
  const known = new Map<string, string>();
  return (report) => {
    const { id, reason } = report;
    const word = stateWord(report);
    const previous = known.get(id);
    if (previous === word) return;
    known.set(id, word);
    const text = `[Chain] ${id} is ${word}${reason === '' ? '' : `: it ${reason}`}`;
    if (word === 'unreachable' || word === 'failed' || word === 'waiting') log.warn({ entry: id }, text);
    else log.info({ entry: id }, text);
    events.publish({
      type: 'chain.entry',
      entry: report.name,
      state: word,
      previous_state: previous ?? null,
      reason: reason === '' ? null : reason,
    });
  };
}

/** One word for who runs it and how it is. */
function stateWord({ state, health }: EntryReport): string {
  return state === 'running' || state === 'external' ? health : state;
}
