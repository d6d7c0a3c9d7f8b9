/** What a provider's refusal means, whatever status and words it came in. */
export type RefusalMeaning =
  /** Too many requests just now; passes in seconds. */
  | 'rate-limit'
  /** Too many requests at the same time; passes when one of them ends. */
  | 'concurrency'
  /** The load grew too fast. Waiting with the same load does not help much; another target does. */
  | 'ramp-up'
  /** The window of a plan is used up: passes in hours. */
  | 'window'
  /** The same of a window that holds for one model, or a family: others of the account have theirs. */
  | 'model-window'
  /** No balance, expired plan: passes when somebody pays. */
  | 'credits'
  /** The provider has no room for anybody. */
  | 'overloaded'
  /** The model is not known, not in the plan, or gone. */
  | 'model-unavailable'
  /** The gateway's own key is not accepted. */
  | 'key-refused'
  /** The provider failed; the work may have been billed. */
  | 'server-error'
  /** The request is wrong, or forbidden to this caller: nobody else would take it. */
  | 'client-error';

/** How one provider words a refusal. Everything that is given must fit; texts are compared in lower case. */
export interface ErrorRule {
  /** HTTP statuses. */
  readonly statuses?: readonly number[];
  /** Codes or types of the error object, one of which must be there. */
  readonly codes?: readonly string[];
  /** Words in the body, one of which must be there. */
  readonly words?: readonly string[];
  readonly meaning: RefusalMeaning;
}
