import type { TracingSettings } from '../../config/build/tracing-settings.ts';
import { ExchangeTracer } from './exchange-tracer.ts';
import { openWay, packingFor } from './otlp/open-way.ts';
import { SpanSender, type SenderState, type SpanCounters } from './span-sender.ts';
import type { TracingOptions } from './tracing.ts';

export interface StartTracerInput extends Pick<TracingOptions, 'costsOf' | 'log' | 'secrets' | 'version'> {
  readonly settings: TracingSettings;
  readonly counters: SpanCounters;
  readonly onState: (state: SenderState) => void;
}

/** What traces, for as long as one set of settings holds. */
export interface StartedTracer {
  readonly tracer: ExchangeTracer;
  readonly sender: SpanSender;
}

export function startTracer(input: StartTracerInput): StartedTracer {
  const { settings, counters, onState, costsOf, log, secrets, version } = input;
  const sender = new SpanSender({
    settings,
    counters,
    pack: packingFor(settings),
    open: () => openWay(settings, version),
    onState,
  });
  return { sender, tracer: new ExchangeTracer({ settings, sender, costsOf, log, secrets }) };
}
