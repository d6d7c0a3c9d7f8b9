/** What the owner's own routing script says of one request. */
export type CustomRouterAnswer =
  /** It names a target, as its author writes them. */
  | { readonly kind: 'target'; readonly text: string }
  /** It leaves the request to the rules that follow. */
  | { readonly kind: 'none' }
  /** It could not be asked, or gave no answer that means anything; the rules that follow decide. */
  | { readonly kind: 'failed'; readonly reason: string };
