import type { RequestFacts } from '../domain/exchange.ts';
import { encodeString } from '../lib/json-string.ts';
import { splice } from '../lib/splice.ts';
import type { Edit } from '../lib/splice.ts';
import type { PatchInput, PatchResult } from './wire-format.ts';

const NOTHING: readonly never[] = [];

/** The edits that put another model name into a body: none when the name stays as it is. */
export function modelEdits(facts: RequestFacts, model: string | undefined): readonly Edit[] {
  if (model === undefined || model === facts.model) return NOTHING;
  const replacement = encodeString(model);
  return facts.modelSpans.map((span) => ({ ...span, replacement }));
}

/** The patch of formats that have no filters: the model is replaced, everything else stays as it came. */
export function spliceModel({ body, headers, facts, model }: PatchInput): PatchResult {
  return { body: splice(body, modelEdits(facts, model)), headers, removed: NOTHING };
}
