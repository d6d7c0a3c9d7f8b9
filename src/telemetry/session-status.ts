/**
 * The status line of a client's session: what really served it last, what it cost, how full the subscription's window
 * is, what is left alone. Written to a small file per session, for a status line that must answer at once.
 */
import { access, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExchangeOutcome, ExchangeRecord } from '../domain/exchange.ts';
import { dollarNumber } from '../domain/money.ts';
import { Lru } from '../lib/lru.ts';
import type { CostsOfExchange } from './attempt-costs.ts';
import { formatCost, formatDuration } from './format-quantity.ts';
import { printable } from './printable.ts';

/** Where the lines are kept. Nothing is written while there is no such directory: nobody reads it then. */
export function sessionStatusDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'sessions');
}

/** What concerns all sessions. */
export interface Glance {
  /** The fullest window of a subscription: its name and utilization, 0 to 1. */
  readonly quota: { readonly window: string; readonly used: number } | undefined;
  /** Targets that are not asked at this moment. */
  readonly leftAlone: number;
}

export interface SessionStatusInput {
  readonly directory: string;
  readonly costsOf: CostsOfExchange;
  readonly glance: () => Glance;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Calls back once, later. */
  readonly after: (milliseconds: number, act: () => void) => void;
  readonly onError: (error: unknown) => void;
}

interface Session {
  /** Dollars billed by the token; a subscription's requests cost none. */
  dollars: number;
  hasUnknown: boolean;
  onPlan: boolean;
  last: ExchangeRecord;
}

const MOST_SESSIONS = 200;
const FLUSH_MS = 250;
const PRUNE_EVERY_MS = 3_600_000;
const KEEP_MS = 7 * 24 * 3_600_000;
const SAFE_NAME = /^[A-Za-z0-9-]{8,100}$/;

export class SessionStatus {
  readonly #input: SessionStatusInput;
  readonly #sessions = new Lru<string, Session>(MOST_SESSIONS);
  #waiting: ExchangeRecord[] = [];
  /** One flush after the other: a slow one (prices are still being read) must not undo the next. */
  #flushing: Promise<void> = Promise.resolve();
  #pruneAt = 0;

  constructor(input: SessionStatusInput) {
    this.#input = input;
  }

  /** Notes a finished exchange; the work is done later, and together for all that came in between. */
  record(record: ExchangeRecord): void {
    const { session } = record.client;
    if (session === undefined || record.kind.operation !== 'generate' || !SAFE_NAME.test(session)) return;
    this.#waiting.push(record);
    if (this.#waiting.length === 1)
      this.#input.after(FLUSH_MS, () => {
        this.#flushing = this.#flushing.then(() => this.#flush()).catch(this.#input.onError);
      });
  }

  async #flush(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    const { directory, glance, now } = this.#input;
    const isRead = await access(directory).then(
      () => true,
      () => false,
    );
    if (!isRead) return;
    const touched = new Map<string, Session>();
    for (const record of records) {
      const name = record.client.session ?? '';
      touched.set(name, await this.#add(name, record));
    }
    const seen = glance();
    for (const [name, session] of touched) await this.#write(name, formatSession(session, seen));
    if (now() >= this.#pruneAt) await this.#prune();
  }

  async #add(name: string, record: ExchangeRecord): Promise<Session> {
    const session = this.#sessions.get(name) ?? {
      dollars: 0,
      hasUnknown: false,
      onPlan: false,
      last: record,
    };
    const costs = await this.#input.costsOf(record);
    for (const [index, attempt] of record.attempts.entries()) {
      const spent = costs[index]?.spent;
      if (attempt.billing === 'subscription') session.onPlan = true;
      else if (spent === undefined) session.hasUnknown = true;
      else session.dollars += dollarNumber(spent);
    }
    // Titles and the like say nothing of what serves the conversation.
    if (record.task !== 'background') session.last = record;
    this.#sessions.set(name, session);
    return session;
  }

  async #write(name: string, line: string): Promise<void> {
    const file = join(this.#input.directory, name);
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, `${line}\n`, { mode: 0o600 });
    await rename(draft, file);
  }

  async #prune(): Promise<void> {
    const { directory, now } = this.#input;
    this.#pruneAt = now() + PRUNE_EVERY_MS;
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
      const file = join(directory, name);
      const age = now() - (await stat(file).then(({ mtimeMs }) => mtimeMs, now));
      if (age > KEEP_MS) await rm(file, { force: true });
    }
  }
}

/** `sonnet → glm-5 at zai · 0.8 s · $0.0123 · 5h 42 % · 1 left alone`. */
function formatSession(session: Session, { quota, leftAlone }: Glance): string {
  const parts = [
    formatServed(session.last),
    formatMoney(session),
    quota === undefined ? '' : `${printable(quota.window, 20)} ${Math.round(quota.used * 100)} %`,
    leftAlone === 0 ? '' : `${leftAlone} left alone`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function formatServed({ attempts, requestedModel, outcome, totalMs }: ExchangeRecord): string {
  const last = attempts.at(-1);
  const asked = printable(requestedModel ?? '—', 60);
  const tries = attempts.length > 1 ? ` ↷${attempts.length}` : '';
  if (last === undefined || outcome.kind !== 'answered' || outcome.status >= 400)
    return `✕ ${asked}${tries} ${failureWord(outcome)}`;
  const served = printable(last.servedModel ?? last.sentModel ?? asked, 60);
  const names = served === asked ? served : `${asked} → ${served}`;
  return `${names} at ${printable(last.provider, 30)}${tries} · ${formatDuration(last.ttftMs ?? totalMs)}`;
}

/** An answer that broke off has the status of a good one. */
function failureWord(outcome: ExchangeOutcome): string {
  if (outcome.kind === 'aborted') return 'aborted';
  return outcome.kind === 'broken' ? 'broke off' : String(outcome.status);
}

function formatMoney({ dollars, hasUnknown, onPlan }: Session): string {
  const money = dollars > 0 || !(onPlan || hasUnknown) ? [formatCost(dollars)] : [];
  return [...money, ...(hasUnknown ? ['price unknown'] : []), ...(onPlan ? ['in plan'] : [])].join(' + ');
}
