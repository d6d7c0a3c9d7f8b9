/** The routes in a `proxy_chain.json` of claude-code-proxy (Python): its router, its assignments and its mappings of names. */
import { TASKS, type Task } from '../../domain/task.ts';
import type { Tier } from '../../domain/tier.ts';
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { ForeignTargets, objectsOf, textOf } from './foreign-targets.ts';
import { shownName, type Imported } from './imported.ts';

const TIERS: ReadonlyMap<string, Tier> = new Map([
  ['big', 'opus'],
  ['middle', 'sonnet'],
  ['small', 'haiku'],
]);

/** Members that hold no route; the chain is read elsewhere. */
const OTHERS: ReadonlySet<string> = new Set([
  'schema_version',
  'entries',
  'router',
  'assignments',
  'identifier_mappings',
]);

type Routes = Omit<Imported, 'from'>;

/** @returns what the file says of routes; nothing of it where it says nothing */
export function importProxyChainRoutes(file: RawObject): Routes {
  return new RouteImport(file).read();
}

class RouteImport {
  readonly #file: RawObject;
  readonly #targets = new ForeignTargets();
  readonly #assigned = new Map<string, readonly string[]>();
  readonly #tiers: Record<string, RawValue> = {};
  readonly #tasks: Record<string, RawValue> = {};
  readonly #understood: string[] = [];
  readonly #ignored: string[] = [];

  constructor(file: RawObject) {
    this.#file = file;
  }

  read(): Routes {
    for (const assignment of objectsOf(this.#file['assignments'])) this.#readAssignment(assignment);
    const { router } = this.#file;
    if (isRawObject(router)) this.#readRouter(router);
    const mappings = objectsOf(this.#file['identifier_mappings']).flatMap((mapping) =>
      this.#readMapping(mapping),
    );
    const providers = Object.fromEntries(this.#targets.providers);
    const sections = { providers, tiers: this.#tiers, tasks: this.#tasks };
    return {
      values: {
        ...Object.fromEntries(
          Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0),
        ),
        ...(mappings.length === 0 ? {} : { mappings }),
      },
      understood: this.#understood,
      ignored: [
        ...this.#ignored,
        ...Object.keys(this.#file)
          .filter((key) => !OTHERS.has(key))
          .map(shownName),
      ],
      notes: [],
      advice: [...this.#targets.advice],
    };
  }

  /** The three tiers, and places that the router and the mappings lead to by name. */
  #readAssignment(assignment: RawObject): void {
    const id = textOf(assignment['id']) ?? textOf(assignment['kind']) ?? '';
    const label = `assignments.${id}`;
    if (assignment['enabled'] === false) return void this.#ignored.push(`${label}: it is switched off`);
    const use = this.#targets.read(assignment, id);
    if (use.length === 0) return void this.#ignored.push(`${label}: it names no model`);
    this.#assigned.set(id, use);
    this.#understood.push(label);
    const tier = TIERS.get(id) ?? TIERS.get(textOf(assignment['kind']) ?? '');
    if (tier !== undefined) this.#tiers[tier] = shortest(use);
    else if (isTask(id)) this.#tasks[id] = shortest(use);
  }

  #readRouter(router: RawObject): void {
    const off = ['disabled', 'passthrough'].find((name) => router[name] === true);
    if (off !== undefined) return void this.#ignored.push(`router: it is switched off (${off})`);
    const { default: fallback, custom_router_path: script, long_context_threshold: threshold } = router;
    this.#readSlot('default', fallback, (use) => (this.#tiers['opus'] = use));
    for (const task of TASKS) this.#readSlot(task, router[task], (use) => (this.#tasks[task] = use));
    const long = this.#tasks['long_context'];
    if (long !== undefined && typeof threshold === 'number') {
      this.#tasks['long_context'] = { use: long, threshold };
      this.#understood.push('router.long_context_threshold');
    }
    const path = textOf(script);
    if (path === undefined) return;
    // Its script names models of the usual provider, as its slots do.
    this.#tasks['custom_router'] = { path, provider: this.#targets.usual() };
    this.#understood.push('router.custom_router_path');
  }

  /** An empty slot falls through, there as here. */
  #readSlot(name: string, slot: RawValue | undefined, set: (use: RawValue) => void): void {
    const given = typeof slot === 'string' ? { model: slot } : slot;
    if (!isRawObject(given)) return;
    const assignment = textOf(given['assignment_id']);
    const use = this.#assigned.get(assignment ?? '') ?? this.#targets.read(given, name);
    if (use.length > 0) {
      set(shortest(use));
      this.#understood.push(`router.${name}`);
    } else if (assignment !== undefined) {
      this.#ignored.push(`router.${name}: there is no assignment ${assignment} in use`);
    }
  }

  #readMapping(mapping: RawObject): readonly RawObject[] {
    const match = textOf(mapping['incoming_identifier']);
    const assignment = textOf(mapping['assignment_id']) ?? '';
    const use = this.#assigned.get(assignment);
    const label = `identifier_mappings.${match ?? ''}`;
    if (match === undefined || use === undefined) {
      this.#ignored.push(`${label}: there is no assignment ${assignment} in use`);
      return [];
    }
    this.#understood.push(label);
    const { priority, enabled } = mapping;
    const notes = textOf(mapping['notes']);
    return [
      {
        match,
        use: shortest(use),
        ...(typeof priority === 'number' ? { priority: Math.round(priority) } : {}),
        ...(enabled === false ? { enabled } : {}),
        ...(notes === undefined ? {} : { notes }),
      },
    ];
  }
}

function isTask(text: string): text is Task {
  return TASKS.some((task) => task === text);
}

/** A single target stands without a list. */
function shortest(use: readonly string[]): RawValue {
  const [only, ...others] = use;
  return only !== undefined && others.length === 0 ? only : [...use];
}
