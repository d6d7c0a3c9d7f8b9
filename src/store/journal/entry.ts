import type { AttemptRecord } from '../../domain/attempt.ts';
import type { Decision } from '../../domain/decision.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { AttemptIntent, ExchangeContext } from '../../domain/ledger.ts';
import type { PriceSettings } from '../../pricing/price-book.ts';

/** One record of the journal. Terminal entries carry all they need, so that a lost intent costs nothing. */
export type JournalEntry = IntentEntry | EndedEntry | PricesEntry;

interface IntentEntry {
  readonly v: 1;
  readonly kind: 'intent';
  /** The attempt's id, written first so that it can be read without the rest. */
  readonly id: string;
  readonly attempt: AttemptIntent;
  readonly context: ExchangeContext;
}

/** What ends from here on has these prices: rows are priced when they are folded, and that is later. */
interface PricesEntry {
  readonly v: 1;
  readonly kind: 'prices';
  readonly prices: PriceSettings;
}

export type EndedEntry =
  | {
      readonly v: 1;
      readonly kind: 'attempt';
      readonly attempt: AttemptRecord;
      readonly context: ExchangeContext;
    }
  | {
      readonly v: 1;
      readonly kind: 'exchange';
      /** Without the attempts that have entries of their own. */
      readonly exchange: ExchangeRecord;
      /** How many attempts the exchange had in all. */
      readonly attempts: number;
    };

/**
 * An entry as it is folded. Nearly every intent is followed by its end at once and never needed, so it is not
 * decoded before it is.
 */
export type ReadEntry =
  | { readonly kind: 'begun'; readonly id: string; readonly payload: string }
  | EndedEntry
  | PricesEntry;

export function encodeEntry(entry: JournalEntry): string {
  return JSON.stringify(entry);
}

const INTENT = /^\{"v":1,"kind":"intent","id":"([^"\\]+)",/;

/**
 * Reads an entry back. Its frame's checksum holds, so the bytes are what some version of this program wrote.
 * @returns `undefined` for entries of a version or kind this program does not know
 */
export function readEntry(payload: string): ReadEntry | undefined {
  const id = INTENT.exec(payload)?.[1];
  if (id !== undefined) return { kind: 'begun', id, payload };
  const entry = decodeEntry(payload);
  return entry?.kind === 'intent' ? { kind: 'begun', id: entry.id, payload } : entry;
}

/** Reads an entry in full. */
export function decodeEntry(payload: string): JournalEntry | undefined {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null || !('v' in value) || !('kind' in value)) return undefined;
  const known = value.v === 1 && ['intent', 'attempt', 'exchange', 'prices'].includes(String(value.kind));
  // The checksum vouches for the writer and `v` for the shape.
  return known ? (value as JournalEntry) : undefined;
}

/** The part of a context that goes into an entry: a caller may hand over its whole exchange. */
export function contextPart(context: ExchangeContext): ExchangeContext {
  const { decision } = context;
  return {
    id: context.id,
    receivedAt: context.receivedAt,
    kind: context.kind,
    client: context.client,
    requestedModel: context.requestedModel,
    stream: context.stream,
    requestBytes: context.requestBytes,
    decision: decision && { id: decision.id, rule: decision.rule, tier: decision.tier },
    task: context.task,
    labels: context.labels,
  };
}

/** The lists of a decision are those of the configuration and frozen; a frozen list triples the time JSON takes. */
function thawed(decision: Decision): Decision {
  return { ...decision, targets: [...decision.targets], skipped: [...decision.skipped] };
}

/** The part of an exchange that goes into an entry, with the attempts that have no entry of their own. */
export function exchangePart(exchange: ExchangeRecord, attempts: ExchangeRecord['attempts']): ExchangeRecord {
  return {
    ...contextPart(exchange),
    decision: exchange.decision && thawed(exchange.decision),
    totalMs: exchange.totalMs,
    responseBytes: exchange.responseBytes,
    outcome: exchange.outcome,
    attempts,
  };
}
