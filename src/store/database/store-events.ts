/** Things an operator should hear of once; the ledger turns them into log lines. */
export type StoreEvent =
  | { readonly kind: 'quarantined'; readonly path: string; readonly reason: string }
  | { readonly kind: 'store-failing'; readonly reason: string }
  | { readonly kind: 'store-recovered' }
  | { readonly kind: 'store-refused'; readonly reason: string }
  | { readonly kind: 'journal-damaged'; readonly segment: string; readonly frames: number }
  | { readonly kind: 'interrupted'; readonly attempts: number }
  | { readonly kind: 'usage-log-failing'; readonly reason: string };
