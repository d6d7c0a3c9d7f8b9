/** What the doctor says of one thing. */
export interface Finding {
  /** Which thing, in one or two words; the same in every run. */
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'skip';
  readonly what: string;
  /** What to do about it; nothing where all is well. */
  readonly next?: string;
  /** Does it, where that is safe: it changes nothing anybody could miss. */
  readonly fix?: () => void;
}

/** How bad all of it is together. */
export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ status }) => status === 'fail');
}
