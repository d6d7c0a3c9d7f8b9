/** Walks a JSON object once and collects the edits that a tree of rules asks for. */
import { JsonChildEdits } from './json-child-edits.ts';
import { indexQuotes } from './quotes/quote-index.ts';
import { JsonCursor } from './json-cursor.ts';
import { JsonObjectView } from './json-object-view.ts';
import type { PruneRule, Verdict } from './json-prune-rule.ts';
import type { Edit } from './splice.ts';

export interface Pruning {
  /** Ascending, not overlapping. */
  readonly edits: readonly Edit[];
  /** How often something went, by the label of the rule. */
  readonly removed: ReadonlyMap<string, number>;
}

/**
 * The edits that take out of `bytes` what the rule names. A container that loses all its children goes too; only
 * the outermost object always stays.
 * @throws JsonSyntaxError
 */
export function pruneJson(bytes: Buffer, rule: PruneRule): Pruning {
  const pruner = new Pruner(bytes);
  pruner.pruneObject(rule);
  return pruner;
}

class Pruner implements Pruning {
  readonly edits: Edit[] = [];
  readonly removed = new Map<string, number>();
  readonly #cursor: JsonCursor;

  constructor(bytes: Buffer) {
    this.#cursor = new JsonCursor(bytes, indexQuotes(bytes));
  }

  pruneObject(rule: PruneRule): Verdict {
    const cursor = this.#cursor;
    const view = new JsonObjectView(cursor.bytes, rule.reads);
    const children = new JsonChildEdits(this.edits);
    let essentialIsGone = false;
    cursor.enterObject();
    while (cursor.nextMember()) {
      children.begin(cursor.keyStart);
      const name = this.#ruledName(rule);
      const verdict = name === undefined ? this.#readMember(rule, view) : this.#pruneMember(rule, name);
      this.#settle(children, verdict);
      if (verdict === 'remove' && name === rule.essential) essentialIsGone = true;
    }
    const emptied = children.close();
    const verdict = emptied || essentialIsGone ? 'remove' : (rule.decide?.(view) ?? 'keep');
    if (verdict !== 'keep' && rule.label !== '') this.#count(rule.label);
    return verdict;
  }

  #pruneArray(elements: PruneRule): Verdict {
    const children = new JsonChildEdits(this.edits);
    this.#cursor.enterArray();
    while (this.#cursor.nextElement()) {
      children.begin(this.#cursor.position);
      this.#settle(children, this.#pruneValue(elements));
    }
    return children.close() ? 'remove' : 'keep';
  }

  #pruneValue(rule: PruneRule): Verdict {
    const cursor = this.#cursor;
    if (rule.remove) {
      cursor.skipValue();
      this.#count(rule.label);
      return 'remove';
    }
    const kind = cursor.kind();
    if (kind === 'object') return this.pruneObject(rule);
    if (kind === 'array' && rule.elements !== undefined) return this.#pruneArray(rule.elements);
    cursor.skipValue();
    return 'keep';
  }

  #pruneMember(rule: PruneRule, name: string): Verdict {
    const memberRule = rule.members.get(name);
    if (memberRule !== undefined) return this.#pruneValue(memberRule);
    this.#cursor.skipValue();
    return 'keep';
  }

  #readMember(rule: PruneRule, view: JsonObjectView): Verdict {
    const index = rule.reads.findIndex((name) => this.#cursor.keyIs(name));
    const span = this.#cursor.skipValue();
    if (index !== -1) view.set(index, span);
    return 'keep';
  }

  #ruledName(rule: PruneRule): string | undefined {
    for (const name of rule.members.keys()) if (this.#cursor.keyIs(name)) return name;
    return undefined;
  }

  #settle(children: JsonChildEdits, verdict: Verdict): void {
    const end = this.#cursor.position;
    if (verdict === 'keep') children.keep(end);
    else if (verdict === 'remove') children.remove(end);
    else children.replace(end, verdict);
  }

  #count(label: string): void {
    this.removed.set(label, (this.removed.get(label) ?? 0) + 1);
  }
}
