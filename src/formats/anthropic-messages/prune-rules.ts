/** Turns what a provider's filters ask for into the rule that prunes a request body. */
import type { ProviderFilters } from '../../domain/provider.ts';
import type { JsonObjectView } from '../../lib/json-object-view.ts';
import { encodeString } from '../../lib/json-string.ts';
import { PruneRule } from '../../lib/json-prune-rule.ts';
import type { Verdict } from '../../lib/json-prune-rule.ts';
import { BETA_FIELDS, betaName } from './beta-fields.ts';
import type { BetaFields } from './beta-fields.ts';

const BILLING_PREFIX = 'x-anthropic-billing-header';
const BILLING_NEEDLE = Buffer.from(BILLING_PREFIX);

export interface PruneOrder {
  readonly body: Buffer;
  readonly filters: ProviderFilters;
  readonly keptBetas: readonly string[];
  readonly removedBetas: readonly string[];
  isOwnSignature(signature: string): boolean;
}

/** The rule for one request; `undefined` when nothing can be there to take out. */
export function pruneRuleFor(order: PruneOrder): PruneRule | undefined {
  const { body, filters, removedBetas } = order;
  const hasBilling = filters.billingHeader === 'remove' && body.includes(BILLING_NEEDLE);
  if (removedBetas.length === 0 && filters.thinking === 'keep' && !hasBilling) return undefined;
  const rule = new PruneRule();
  addBetaFields(rule, order);
  addThinking(rule, order);
  if (hasBilling) addBilling(rule);
  return rule;
}

/** The fields of the betas that were taken out, but for those that a beta that stays brings as well. */
function addBetaFields(rule: PruneRule, { keptBetas, removedBetas }: PruneOrder): void {
  if (removedBetas.length === 0) return;
  const staying = fieldsOf(keptBetas);
  const going = fieldsOf(removedBetas);
  const stayingMembers = new Set(staying.flatMap(({ members }) => members ?? []));
  for (const path of going.flatMap(({ members }) => members ?? [])) {
    if (stayingMembers.has(path)) continue;
    const place = rule.at(path);
    place.remove = true;
    place.label = `${path} field`;
  }
  const leaving = going.filter((fields) => !staying.includes(fields));
  addTools(rule, leaving);
  if (leaving.some((fields) => fields.toolReferences)) addToolReferences(rule);
}

function fieldsOf(betas: readonly string[]): readonly BetaFields[] {
  return betas.map((beta) => BETA_FIELDS.get(betaName(beta))).filter((fields) => fields !== undefined);
}

function addTools(rule: PruneRule, leaving: readonly BetaFields[]): void {
  const types = leaving.flatMap(({ toolTypes }) => toolTypes ?? []);
  const names = new Set(leaving.flatMap(({ toolNames }) => toolNames ?? []));
  if (types.length === 0 && names.size === 0) return;
  const tool = rule.at('tools[]');
  tool.reads = ['type', 'name'];
  tool.label = 'tool definition';
  tool.decide = (view) => {
    const isLeaving =
      types.some((type) => view.startsWith('type', type)) || names.has(view.text('name') ?? '');
    return isLeaving ? 'remove' : 'keep';
  };
}

/** A tool result may hold nothing but references, and must not vanish: what it says is said as text. */
function addToolReferences(rule: PruneRule): void {
  const reference = rule.at('messages[].content[].content[]');
  reference.reads = ['type', 'tool_name'];
  reference.label = 'tool reference';
  reference.decide = (view) => {
    if (!view.startsWith('type', 'tool_reference')) return 'keep';
    const text = encodeString(`The tool ${view.text('tool_name') ?? ''} is available.`).toString();
    return Buffer.from(`{"type":"text","text":${text}}`);
  };
}

function addThinking(rule: PruneRule, order: PruneOrder): void {
  const { thinking } = order.filters;
  if (thinking === 'keep') return;
  const message = rule.at('messages[]');
  message.essential = 'content';
  message.label = 'emptied message';
  const block = rule.at('messages[].content[]');
  block.reads = ['type', 'signature', 'data'];
  block.label = 'thinking block';
  block.decide = (view): Verdict => {
    const proof = proofOf(view);
    if (proof === undefined) return 'keep';
    return thinking === 'foreign' && order.isOwnSignature(proof) ? 'keep' : 'remove';
  };
}

/** What a provider recognises its own thinking by; `undefined` when the block is no thinking. */
function proofOf(view: JsonObjectView): string | undefined {
  // The type is compared by its beginning first: most blocks are not thinking, and need no decoding then.
  if (view.startsWith('type', 'thinking') && view.text('type') === 'thinking')
    return view.text('signature') ?? '';
  if (view.startsWith('type', 'redacted_thinking')) return view.text('data') ?? '';
  return undefined;
}

function addBilling(rule: PruneRule): void {
  const block = rule.at('system[]');
  block.reads = ['text'];
  block.label = 'billing header block';
  block.decide = (view) => (view.startsWith('text', BILLING_PREFIX) ? 'remove' : 'keep');
}
