/**
 * Alerts: looks at the configured rules on a timer, tells channels once when one is broken and once when it is over,
 * and keeps the list people look at. Without rules nothing is watched and no timer runs.
 */
import type { AlertChannel, AlertSettings } from '../../config/build/alert-settings.ts';
import type { EventSink } from '../../contract/events.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { AlertMetric, AlertReading, AlertRule } from '../../guard/alerts/alert-rule.ts';
import { limitInWords } from '../../guard/alerts/in-words.ts';
import { RecentExchanges } from '../../guard/alerts/recent-exchanges.ts';
import { QUIET, resolved, watchRule, type RuleState } from '../../guard/alerts/watch-rule.ts';
import type { Clock } from '../../lib/clock.ts';
import type { GatewayNotes } from '../notes.ts';
import type { Alert, Notice } from './alert.ts';
import { AlertList } from './alert-list.ts';
import { earlierExchanges, type AskExchanges } from './earlier-exchanges.ts';
import { Notifier, type NotifierOptions } from './notifier.ts';
import { readRule, type AlertSources } from './read-rule.ts';
import { ruleText, saveAlerts, takeUpAlerts, type TakenUpAlerts } from './saved-alerts.ts';

export interface AlertsOptions extends Pick<AlertSources, 'usage' | 'openTargets' | 'quotas'> {
  readonly settings: AlertSettings;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly log: GatewayNotes;
  readonly newId: () => string;
  /** Which gateway this is, for those who have several. */
  readonly source: () => string;
  readonly notifier?: Omit<NotifierOptions, 'log'>;
  /** What the ledger knows of exchanges that ended before they were watched. */
  readonly exchanges: AskExchanges;
  /** Where the state is kept over a restart. */
  readonly saved: { load(): string | undefined; changed(): void; close(): void };
}

interface WatchedRule {
  readonly rule: AlertRule;
  state: RuleState;
  reading: AlertReading | undefined;
}

export interface RuleStatus {
  readonly rule: AlertRule;
  readonly state: RuleState['kind'];
  readonly reading: AlertReading | undefined;
}

export interface ChannelTest {
  readonly channel: string;
  /** What went wrong; `undefined` when it was told. */
  readonly failure: string | undefined;
}

const HOUR_MS = 3_600_000;

export class Alerts {
  readonly #options: AlertsOptions;
  readonly #notifier: Notifier;
  readonly #list: AlertList;
  #settings: AlertSettings;
  #rules: WatchedRule[] = [];
  #recent: RecentExchanges | undefined;
  #watchedSince = 0;
  /** Wall clock, milliseconds; set while it is not known what ended before. */
  #unknownBefore: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#notifier = new Notifier({ log: options.log, ...options.notifier });
    const takenUp = takeUp(options);
    this.#list = new AlertList(takenUp?.list);
    this.#rules = options.settings.rules.map((rule) => ({
      rule,
      state: takenUp?.states.get(ruleText(rule)) ?? QUIET,
      reading: undefined,
    }));
    this.configure(options.settings);
  }

  /** Newest first. */
  get list(): readonly Alert[] {
    return this.#list.all;
  }

  get rules(): readonly RuleStatus[] {
    return this.#rules.map(({ rule, state, reading }) => ({ rule, state: state.kind, reading }));
  }

  get channels(): AlertSettings['channels'] {
    return this.#settings.channels;
  }

  /** Takes new settings over. Rules that stay the same keep their state; alerts of rules that go are over. */
  configure(settings: AlertSettings): void {
    this.#settings = settings;
    const told = new Map(this.#rules.map(({ rule }) => [rule.name, rule.notify]));
    const before = new Map(this.#rules.map((watched) => [ruleText(watched.rule), watched]));
    this.#rules = settings.rules.map(
      (rule) => before.get(ruleText(rule)) ?? { rule, state: QUIET, reading: undefined },
    );
    const kept = new Set(
      this.#rules.filter(({ state }) => state.kind === 'firing').map(({ rule }) => rule.name),
    );
    for (const alert of this.#list.all)
      if (alert.resolvedAt === undefined && !kept.has(alert.rule))
        this.#end(alert, 'its rule was changed', told.get(alert.rule));
    this.#watch();
  }

  /** Called with every exchange that has ended. */
  record(record: ExchangeRecord): void {
    if (this.#recent === undefined) return;
    this.#recent.add({ record, now: this.#options.clock.monotonic() });
  }

  /** Somebody has seen it. @returns `undefined` when there is no such alert */
  acknowledge(id: string): Alert | undefined {
    const known = this.#list.get(id);
    if (known === undefined || known.acknowledgedAt !== undefined) return known;
    this.#options.saved.changed();
    return this.#list.change(id, { acknowledgedAt: this.#options.clock.now() });
  }

  /** Ends it by hand; should the breach last, it fires again after the cool-down. */
  resolve(id: string): Alert | undefined {
    const known = this.#list.get(id);
    if (known === undefined || known.resolvedAt !== undefined) return known;
    const watched = this.#rules.find(({ rule }) => rule.name === known.rule);
    if (watched !== undefined) watched.state = resolved(watched.rule, this.#options.clock.monotonic());
    return this.#end(known, 'resolved by hand', watched?.rule.notify);
  }

  /** Sends a notice of nothing to one channel or all of them. @returns `undefined` when there is no such channel */
  async test(name: string | undefined): Promise<readonly ChannelTest[] | undefined> {
    const { channels } = this.#settings;
    const wanted = name === undefined ? [...channels] : [...channels].filter(([key]) => key === name);
    if (name !== undefined && wanted.length === 0) return undefined;
    const notice: Notice = { kind: 'test', alert: this.#example(), source: this.#options.source() };
    return Promise.all(
      wanted.map(async ([channel, target]) => ({
        channel,
        failure: await this.#notifier.tellOnce(target, notice),
      })),
    );
  }

  /** Looks at every rule now; what runs already is waited for. */
  async look(): Promise<void> {
    this.#looking ??= this.#lookAtAll().finally(() => (this.#looking = undefined));
    await this.#looking;
  }

  /** What the state directory gets. */
  text(): string {
    return saveAlerts({ rules: this.#rules, list: this.#list.all }, this.#options.clock);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#notifier.close();
    this.#options.saved.close();
  }

  #watch(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#rules.length === 0) {
      this.#recent = undefined;
      return;
    }
    if (this.#recent === undefined) {
      this.#recent = new RecentExchanges(HOUR_MS);
      this.#watchedSince = this.#options.clock.monotonic();
      this.#unknownBefore = this.#options.clock.now();
    }
    this.#timer = setInterval(() => void this.look(), this.#settings.everyMs).unref();
  }

  async #lookAtAll(): Promise<void> {
    await this.#learnEarlier();
    for (const watched of this.#rules) await this.#lookAt(watched);
  }

  /**
   * Asks the ledger for what ended before exchanges were watched, as far back as some rule looks. Where it cannot tell, it is
   * asked again at the next look, and rules judge by what they have seen.
   */
  async #learnEarlier(): Promise<void> {
    const recent = this.#recent;
    const before = this.#unknownBefore;
    const windowMs = Math.max(0, ...this.#rules.filter(looksAtRecent).map(({ rule }) => rule.windowMs));
    if (recent === undefined || before === undefined || windowMs === 0) return;
    const { clock, exchanges } = this.#options;
    const isPast = clock.monotonic() - this.#watchedSince > windowMs;
    const earlier = isPast
      ? []
      : await earlierExchanges({ exchanges, clock, before, windowMs }).catch(() => undefined);
    if (earlier === undefined || this.#recent !== recent) return;
    recent.takeUp(earlier);
    this.#unknownBefore = undefined;
  }

  async #lookAt(watched: WatchedRule): Promise<void> {
    const recent = this.#recent;
    if (recent === undefined) return;
    const { clock, usage, openTargets, quotas } = this.#options;
    const sources = { clock, recent, watchedSince: this.#watchedSince, usage, openTargets, quotas };
    const reading = await readRule(watched.rule, sources);
    if (!this.#rules.includes(watched)) return; // The configuration changed meanwhile.
    watched.reading = reading;
    const { state, change } = watchRule(watched.state, watched.rule, reading, clock.monotonic());
    if (state.kind !== watched.state.kind) this.#options.saved.changed();
    watched.state = state;
    if (change === 'fired') this.#fire(watched.rule, reading);
    else if (change === 'resolved') {
      const open = this.#list.openOf(watched.rule.name);
      if (open !== undefined) this.#end(open, reading.evidence, watched.rule.notify);
    }
  }

  #fire(rule: AlertRule, { value, evidence }: AlertReading): void {
    const { clock, newId } = this.#options;
    const limit = limitInWords(rule.metric, rule.above);
    const alert: Alert = {
      id: newId(),
      rule: rule.name,
      metric: rule.metric,
      priority: rule.priority,
      message: limit === undefined ? evidence : `${evidence} (limit ${limit})`,
      value,
      threshold: rule.above,
      firedAt: clock.now(),
      acknowledgedAt: undefined,
      resolvedAt: undefined,
    };
    this.#list.add(alert);
    this.#tell('fired', alert, rule.notify);
  }

  /** @param notify those who were told of its beginning */
  #end(alert: Alert, why: string, notify: AlertRule['notify']): Alert {
    const resolvedAt = this.#options.clock.now();
    const ended = this.#list.change(alert.id, { resolvedAt }) ?? alert;
    this.#tell('resolved', { ...ended, message: why }, notify);
    return ended;
  }

  #tell(kind: 'fired' | 'resolved', alert: Alert, notify: AlertRule['notify']): void {
    const { events, log, saved } = this.#options;
    saved.changed();
    const source = this.#options.source();
    const { id, rule, priority, message, value, threshold } = alert;
    log[kind === 'fired' ? 'warn' : 'info']({ alert: id, priority }, `[Alert] ${kind}: ${rule}: ${message}`);
    const figures = { value: value ?? null, threshold };
    events.publish({ type: `alert.${kind}`, alert: id, rule, priority, message, ...figures });
    for (const [name, channel] of this.#toldBy(notify))
      this.#notifier.tell(name, channel, { kind, alert, source });
  }

  #toldBy(notify: AlertRule['notify']): readonly (readonly [string, AlertChannel])[] {
    const all = [...this.#settings.channels];
    return notify === undefined ? all : all.filter(([name]) => notify.includes(name));
  }

  #example(): Alert {
    const now = this.#options.clock.now();
    return {
      id: this.#options.newId(),
      rule: 'test',
      metric: 'test',
      priority: 'low',
      message: 'this is a test; nothing is wrong',
      value: undefined,
      threshold: 0,
      firedAt: now,
      acknowledgedAt: undefined,
      resolvedAt: undefined,
    };
  }
}

function takeUp({ saved, clock, log }: AlertsOptions): TakenUpAlerts | undefined {
  const text = saved.load();
  if (text === undefined) return undefined;
  const takenUp = takeUpAlerts(text, clock);
  if (takenUp === undefined)
    log.warn({}, '[Alert] The saved alerts cannot be read: what lasts will be told anew.');
  return takenUp;
}

const OTHER_SOURCES: ReadonlySet<AlertMetric> = new Set(['tokens', 'spend', 'breaker_open', 'quota']);

function looksAtRecent({ rule }: WatchedRule): boolean {
  return !OTHER_SOURCES.has(rule.metric);
}
