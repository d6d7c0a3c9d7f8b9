import type { Alert } from './alert.ts';

/** Open ones, and the last that were. */
const MOST_KEPT = 200;

/** The list people look at and take alerts off. */
export class AlertList {
  #alerts: readonly Alert[];

  /** @param alerts newest first */
  constructor(alerts: readonly Alert[] = []) {
    this.#alerts = alerts;
  }

  /** Newest first. */
  get all(): readonly Alert[] {
    return this.#alerts;
  }

  get(id: string): Alert | undefined {
    return this.#alerts.find((alert) => alert.id === id);
  }

  /** The open alert of a rule. */
  openOf(rule: string): Alert | undefined {
    return this.#alerts.find((alert) => alert.rule === rule && alert.resolvedAt === undefined);
  }

  /** Open ones are never pushed out. */
  add(alert: Alert): void {
    const kept = [alert, ...this.#alerts];
    const isSpare = (entry: Alert, index: number): boolean =>
      index >= MOST_KEPT && entry.resolvedAt !== undefined;
    this.#alerts = kept.filter((entry, index) => !isSpare(entry, index));
  }

  /** @returns the alert as it is now; `undefined` when there is none of this id */
  change(id: string, changes: Partial<Pick<Alert, 'acknowledgedAt' | 'resolvedAt'>>): Alert | undefined {
    const known = this.get(id);
    if (known === undefined) return undefined;
    const changed = { ...known, ...changes };
    this.#alerts = this.#alerts.map((alert) => (alert.id === id ? changed : alert));
    return changed;
  }
}
