import type { Samples } from '../../telemetry/metrics/samples.ts';
import type { Tally } from '../../telemetry/metrics/tally.ts';
import type { ProviderCounters } from '../../transport/counters.ts';
import type { ObservableTransport } from '../../transport/create-transport.ts';

/** The provider that two names of a predecessor are about. */
const ZAI = 'zai';

/** What the transport has counted. */
export function transportSamples({ counters, openSockets }: ObservableTransport): Samples {
  const each = (count: (of: ProviderCounters) => number) =>
    Array.from(counters, ([provider, of]) => [{ provider }, count(of)] as const);
  const zai = counters.get(ZAI);
  return {
    connects: each(({ connects }) => connects),
    staleSockets: each(({ staleSockets }) => staleSockets),
    h2HeaderTimeouts: each(({ h2HeaderTimeouts }) => h2HeaderTimeouts),
    h1Successes: each(({ h1Successes }) => h1Successes),
    h2Successes: each(({ h2Successes }) => h2Successes),
    openSockets: [[{}, openSockets]],
    zaiH2HeaderTimeouts: [[{}, zai?.h2HeaderTimeouts ?? 0]],
    zaiH1Successes: [[{}, zai?.h1Successes ?? 0]],
  };
}

const TIMEOUT = /^upstream_(\w+)_timeout$/;

/** Clocks that ran out, out of the errors they ended in; the one for HTTP/2 headers may have been healed since. */
export function timeoutSamples(
  errors: Tally,
  { counters }: Pick<ObservableTransport, 'counters'>,
): Pick<Samples, 'timeouts'> {
  const ended = Array.from(errors.entries()).flatMap(([[provider = '', error = ''], count]) => {
    const clock = TIMEOUT.exec(error)?.[1];
    return clock === undefined ? [] : [[{ provider, clock }, count] as const];
  });
  const healed = Array.from(counters)
    .filter(([, { h2HeaderTimeouts }]) => h2HeaderTimeouts > 0)
    .map(
      ([provider, { h2HeaderTimeouts }]) => [{ provider, clock: 'h2_headers' }, h2HeaderTimeouts] as const,
    );
  return { timeouts: [...ended, ...healed] };
}
