/**
 * Traces of what became of every request. Off, it is one comparison per request; on, an exchange's spans are made
 * from its record when it has ended, so that nothing is added to the way of the bytes.
 */
import { isDeepStrictEqual } from 'node:util';
import type { TracingSettings } from '../../config/build/tracing-settings.ts';
import { lazyModule } from '../../lib/lazy.ts';
import type { Secret } from '../../lib/secret.ts';
import type { GatewayNotes } from '../notes.ts';
import type { CostsOfExchange } from '../attempt-costs.ts';
import type { ExchangeTracer } from './exchange-tracer.ts';
import type { SenderState, SpanCounters, SpanSender } from './span-sender.ts';
import type * as Tracer from './start-tracer.ts';
import type { StartedTracer } from './start-tracer.ts';

export interface TracingOptions {
  /** What is configured at this moment; a changed configuration is another object. */
  readonly settings: () => TracingSettings;
  readonly costsOf: CostsOfExchange;
  readonly log: GatewayNotes;
  readonly version: string;
  /** The gateway's own, which no span may show. */
  readonly secrets: readonly Secret[];
}

export interface TracingStatus extends Readonly<SpanCounters> {
  readonly enabled: boolean;
  /** Whether somebody switched since the start, which a restart forgets. */
  readonly switched: boolean;
  readonly state: 'off' | SenderState['kind'];
  /** Why spans do not arrive; empty when they do. */
  readonly reason: string;
  readonly waiting: number;
  readonly settings: TracingSettings;
}

/** Loaded when somebody traces, at once and without a wait: the request that comes next is traced. */
const loadTracer = lazyModule<typeof Tracer>(import.meta.url, './start-tracer.ts');

export class Tracing {
  readonly #options: TracingOptions;
  readonly #counters: SpanCounters = { exported: 0, dropped: 0, failed: 0 };
  #switched: boolean | undefined;
  #applied: TracingSettings | undefined;
  #sender: SpanSender | undefined;
  #tracer: ExchangeTracer | undefined;
  #ending: Promise<unknown> = Promise.resolve();

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  /** Who traces the requests that end now; `undefined` when nobody does. */
  current(): ExchangeTracer | undefined {
    const settings = this.#options.settings();
    if (settings !== this.#applied) this.#apply(settings);
    return this.#tracer;
  }

  /** Switches until the next start. */
  switch(enabled: boolean): void {
    this.#switched = enabled;
    this.#apply(this.#options.settings());
  }

  status(): TracingStatus {
    this.current();
    const sender = this.#sender;
    const settings = this.#options.settings();
    return {
      ...this.#counters,
      enabled: this.#switched ?? settings.enabled,
      switched: this.#switched !== undefined,
      state: sender?.state.kind ?? 'off',
      reason: sender !== undefined && 'reason' in sender.state ? sender.state.reason : '',
      waiting: sender?.waiting ?? 0,
      settings,
    };
  }

  /** Sends what waits, for a bounded time. */
  async close(): Promise<void> {
    const tracer = this.#tracer;
    this.#tracer = undefined;
    await Promise.all([this.#ending, closeInOrder(tracer, this.#sender)]);
  }

  #apply(settings: TracingSettings): void {
    const enabled = this.#switched ?? settings.enabled;
    const isSame = isSameAs(settings, this.#applied) && enabled === (this.#sender !== undefined);
    this.#applied = settings;
    if (isSame) return;
    this.#ending = Promise.all([this.#ending, closeInOrder(this.#tracer, this.#sender)]);
    const started = enabled ? this.#start(settings) : undefined;
    this.#sender = started?.sender;
    this.#tracer = started?.tracer;
  }

  #start(settings: TracingSettings): StartedTracer {
    const initialized = { told: false };
    return loadTracer().startTracer({
      ...this.#options,
      settings,
      counters: this.#counters,
      onState: (state) => this.#tell(state, settings, initialized),
    });
  }

  /** The first line is the one the predecessors' users look for; then one for each outage and one for its end. */
  #tell(state: SenderState, settings: TracingSettings, initialized: { told: boolean }): void {
    const { log } = this.#options;
    const endpoint = shownUrl(settings.url);
    if (state.kind === 'ready' && initialized.told) {
      log.info({ endpoint }, '[Trace] The collector takes spans again.');
    } else if (state.kind === 'ready') {
      initialized.told = true;
      const details = { protocol: settings.protocol, content: settings.content };
      log.info(details, `OpenTelemetry OTLP tracing initialized endpoint=${endpoint}`);
    } else if (state.kind === 'failing') {
      log.warn(
        { endpoint, reason: state.reason },
        '[Trace] The collector takes no spans; requests are not affected.',
      );
    } else if (state.kind === 'unavailable') {
      log.warn({ endpoint }, `[Trace] Requests are not traced. ${state.reason}`);
    }
  }
}

/** A reload makes everything anew; what did not change goes on as it is, secrets looked at by their text. */
function isSameAs(settings: TracingSettings, applied: TracingSettings | undefined): boolean {
  if (applied === undefined) return false;
  const secrets = ({ headers }: TracingSettings): string[] => headers.map(({ value }) => value.reveal());
  return isDeepStrictEqual(settings, applied) && isDeepStrictEqual(secrets(settings), secrets(applied));
}

/** What has ended is shown, what is shown is sent. */
async function closeInOrder(
  tracer: ExchangeTracer | undefined,
  sender: SpanSender | undefined,
): Promise<void> {
  await tracer?.idle();
  await sender?.close();
}

/** Without user, password and query, in which keys may stand. */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? '' : `${url.origin}${url.pathname}`;
}
