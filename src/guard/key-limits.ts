/** What one client key may use. Left out: as much as comes. */
export interface KeyLimits {
  readonly requestsPerMinute: number | undefined;
  readonly concurrent: number | undefined;
  /** Prompt and answer together, by day in UTC; what an earlier run of the gateway counted is taken up. */
  readonly tokensPerDay: number | undefined;
}

export type KeyAdmission =
  | { readonly kind: 'admitted' }
  /** `reason` is a sentence without the name of the key; `retryAfter` in seconds. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retryAfter: number };

interface KeyUse {
  running: number;
  /** Requests that may start at once; grows with time up to a minute's worth. */
  allowance: number;
  refilledAt: number;
  day: number;
  tokens: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ADMITTED: KeyAdmission = { kind: 'admitted' };

/** Counts what client keys use. Keys without limits are not counted. Times in milliseconds, handed in. */
export class KeyUsage {
  readonly #uses = new Map<string, KeyUse>();
  readonly #onTokens: () => void;

  /** @param onTokens called when a key has used tokens; must not throw */
  constructor(onTokens: () => void = () => undefined) {
    this.#onTokens = onTokens;
  }

  /**
   * Asks to serve one request. If it is admitted, {@link end} must follow.
   * @param now wall clock, for the day; it may jump, and then the allowance of a minute is given anew
   */
  begin(name: string, limits: KeyLimits, now: number): KeyAdmission {
    const use = this.#useOf(name, limits, now);
    const refusal = refusalOf(use, limits, now);
    if (refusal !== undefined) return refusal;
    use.running += 1;
    use.allowance -= 1;
    return ADMITTED;
  }

  /** @param tokens what the request used, as far as it is known */
  end(name: string, tokens: number): void {
    const use = this.#uses.get(name);
    if (use === undefined) return;
    use.running -= 1;
    use.tokens += tokens;
    if (tokens > 0) this.#onTokens();
  }

  /** The tokens that keys have used on the day (UTC) of this moment. */
  usedOn(now: number): ReadonlyMap<string, number> {
    const today = dayOf(now);
    const used = [...this.#uses].filter(([, { day, tokens }]) => day === today && tokens > 0);
    return new Map(used.map(([name, { tokens }]) => [name, tokens]));
  }

  /** Adds what an earlier run counted on the day of this moment. */
  resume(used: ReadonlyMap<string, number>, now: number): void {
    for (const [name, tokens] of used) this.#useOf(name, {}, now).tokens += tokens;
  }

  /** Without a limit the allowance is endless, so that a limit that comes later begins with a whole one. */
  #useOf(name: string, { requestsPerMinute = Infinity }: Partial<KeyLimits>, now: number): KeyUse {
    const day = dayOf(now);
    const known = this.#uses.get(name);
    if (known === undefined) {
      const fresh = { running: 0, allowance: requestsPerMinute, refilledAt: now, day, tokens: 0 };
      this.#uses.set(name, fresh);
      return fresh;
    }
    const share = (now - known.refilledAt) / MINUTE_MS;
    const gained = share < 0 ? requestsPerMinute : share * requestsPerMinute;
    known.allowance =
      requestsPerMinute === Infinity ? Infinity : Math.min(requestsPerMinute, known.allowance + gained);
    known.refilledAt = now;
    if (known.day !== day) Object.assign(known, { day, tokens: 0 });
    return known;
  }
}

/** Days in UTC since the Unix epoch. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

function refusalOf(use: KeyUse, limits: KeyLimits, now: number): KeyAdmission | undefined {
  const { requestsPerMinute, concurrent, tokensPerDay } = limits;
  if (concurrent !== undefined && use.running >= concurrent)
    return refused(`has ${concurrent} requests under way, which is its limit`, 1);
  if (tokensPerDay !== undefined && use.tokens >= tokensPerDay)
    return refused(`has used its ${tokensPerDay} tokens of today (UTC)`, (DAY_MS - (now % DAY_MS)) / 1000);
  if (requestsPerMinute === undefined || use.allowance >= 1) return undefined;
  const wait = ((1 - use.allowance) / requestsPerMinute) * (MINUTE_MS / 1000);
  return refused(`sends more than its ${requestsPerMinute} requests a minute`, wait);
}

function refused(reason: string, seconds: number): KeyAdmission {
  return { kind: 'refused', reason, retryAfter: Math.max(1, Math.ceil(seconds)) };
}
