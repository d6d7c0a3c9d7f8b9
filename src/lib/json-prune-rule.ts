/** What to take out of a JSON text: a tree of rules that mirrors the shape of the values it is about. */
import type { JsonObjectView } from './json-object-view.ts';

/** What becomes of an object: the buffer is the JSON text to put in its place. */
export type Verdict = 'keep' | 'remove' | Buffer;

/** The rule of one place in the text. A rule for another kind of value than stands there does nothing. */
export class PruneRule {
  /** Rules for the members of an object, by name. */
  readonly members = new Map<string, PruneRule>();
  /** The rule for every element of an array. */
  elements: PruneRule | undefined;
  /** The value goes, whatever it is. */
  remove = false;
  /** Members that `decide` looks at; they have no rule of their own. */
  reads: readonly string[] = [];
  /** Decides about an object as a whole, once its members are known. */
  decide: ((object: JsonObjectView) => Verdict) | undefined;
  /** The member without which the object means nothing: where it is removed, the object goes too. */
  essential: string | undefined;
  /** What is counted when something goes here: a noun in the singular. */
  label = '';

  /**
   * The rule at a path below this one, made on the way where it is missing.
   * @param path member names joined by dots; `[]` behind a name means the elements of that array
   */
  at(path: string): PruneRule {
    const dot = path.indexOf('.');
    const step = dot === -1 ? path : path.slice(0, dot);
    const isArray = step.endsWith('[]');
    const member = this.#member(isArray ? step.slice(0, -2) : step);
    const rule = isArray ? (member.elements ??= new PruneRule()) : member;
    return dot === -1 ? rule : rule.at(path.slice(dot + 1));
  }

  #member(name: string): PruneRule {
    const known = this.members.get(name);
    if (known !== undefined) return known;
    const rule = new PruneRule();
    this.members.set(name, rule);
    return rule;
  }
}
