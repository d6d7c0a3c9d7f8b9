/**
 * Prepares a Messages request for one provider: the model is spliced, and what the provider's filters name is
 * cut out of headers and body. A request whose filters keep everything is not looked at again.
 */
import { GatewayError } from '../../domain/errors.ts';
import { pruneJson } from '../../lib/json-prune.ts';
import { splice } from '../../lib/splice.ts';
import { modelEdits } from '../splice-model.ts';
import type { PatchInput, PatchResult } from '../wire-format.ts';
import { GUARDED_MEMBER } from './beta-fields.ts';
import { filterBetas } from './filter-betas.ts';
import { pruneRuleFor } from './prune-rules.ts';

const NOTHING: readonly never[] = [];

/** @throws GatewayError `capability_rejected` when a field would have to go that must not vanish silently */
export function patch(input: PatchInput): PatchResult {
  const { body, facts, model, filters } = input;
  const edits = modelEdits(facts, model);
  const betas = filterBetas(input.headers, filters.betas);
  const rule = pruneRuleFor({
    body,
    filters,
    keptBetas: betas.kept,
    removedBetas: betas.removed,
    isOwnSignature: (signature) => input.isOwnSignature(signature),
  });
  if (rule === undefined) return { body: splice(body, edits), headers: betas.headers, removed: NOTHING };
  const pruning = pruneJson(body, rule);
  if (pruning.removed.has(`${GUARDED_MEMBER} field`)) throw guardedMemberRefused();
  return {
    body: splice(
      body,
      [...edits, ...pruning.edits].sort((a, b) => a.start - b.start),
    ),
    headers: betas.headers,
    removed: describe(betas.removed, pruning.removed),
  };
}

function describe(betas: readonly string[], counts: ReadonlyMap<string, number>): string[] {
  const things = [...counts].map(([noun, count]) => `${count} ${noun}${count === 1 ? '' : 's'}`);
  return [...betas.map((beta) => `beta ${beta}`), ...things];
}

/** Claude Code answers a 400 that names the field by sending the request again without it. */
function guardedMemberRefused(): GatewayError {
  return new GatewayError(
    'capability_rejected',
    `The field "${GUARDED_MEMBER}" is not supported by the provider this request goes to.`,
  );
}
