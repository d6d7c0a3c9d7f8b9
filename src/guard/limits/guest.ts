/** Who asks for room. */
export interface Guest {
  /** Whose turn it is goes by owner first: the client key a request came with; `''` without one. */
  readonly owner: string;
  /** Then by client: its session, or what else tells it from the owner's others. */
  readonly client: string;
}

/** Accounts a request may be charged to, best first: one, or the keys of a provider that has several. */
export type Accounts = readonly [string, ...string[]];
