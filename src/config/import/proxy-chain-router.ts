/**
 * The other half of claude-code-proxy's `proxy_chain.json`: which model serves which kind of work. Slots and tiers
 * name models of OpenRouter, or of an endpoint of their own; assignments give such targets names to refer to.
 */
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { importProvider } from './imported-provider.ts';

export interface ImportedRoutes {
  readonly values: RawObject;
  readonly understood: readonly string[];
  readonly ignored: readonly string[];
  readonly advice: readonly string[];
}

const TASKS = ['background', 'think', 'long_context', 'web_search', 'image'];
const TIERS: Readonly<Record<string, string>> = { big: 'opus', middle: 'sonnet', small: 'haiku' };
const OPENROUTER = 'https://openrouter.ai/api/v1';

/** Sections of the file that are read; each other one is told as left out. */
const READ = new Set(['entries', 'schema_version', 'router', 'assignments', 'identifier_mappings']);

export function importChainRouter(file: RawObject): ImportedRoutes {
  const collected = new Collected(objects(file['assignments']).filter(isOn));
  const router = isRawObject(file['router']) ? file['router'] : {};
  for (const [name, value] of Object.entries(router)) addSetting(collected, name, value);
  for (const assignment of collected.assignments) addAssignment(collected, assignment);
  objects(file['identifier_mappings'])
    .filter(isOn)
    .forEach((mapping) => addMapping(collected, mapping));
  addThreshold(collected, router['long_context_threshold']);
  const unread = Object.keys(file).filter((name) => !READ.has(name));
  return { ...collected.result(), ignored: [...collected.ignored, ...unread] };
}

class Collected {
  readonly assignments: readonly RawObject[];
  readonly providers: Record<string, RawObject> = {};
  readonly tiers: Record<string, RawValue> = {};
  readonly tasks: Record<string, RawValue> = {};
  readonly mappings: RawObject[] = [];
  readonly understood: string[] = [];
  readonly ignored: string[] = [];
  readonly advice = new Set<string>();

  constructor(assignments: readonly RawObject[]) {
    this.assignments = assignments;
  }

  result(): Omit<ImportedRoutes, 'ignored'> {
    const { providers, tiers, tasks, mappings } = this;
    const sections = { providers, tiers, tasks };
    const filled = Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0);
    const values = { ...Object.fromEntries(filled), ...(mappings.length === 0 ? {} : { mappings }) };
    return { values, understood: this.understood, advice: [...this.advice] };
  }
}

/** Its default is what its big tier asks for. */
function addSetting(collected: Collected, name: string, value: RawValue): void {
  const label = `router.${name}`;
  if (name === 'long_context_threshold') return;
  const isEmpty = value === null || value === '' || value === false;
  const use = isEmpty ? undefined : slotTargets(collected, value);
  if (isEmpty) return;
  if (name === 'custom_router_path' && typeof value === 'string') {
    collected.tasks['custom_router'] = { path: value, provider: known(collected, OPENROUTER, undefined) };
  } else if (use !== undefined && name === 'default') collected.tiers['opus'] = use;
  else if (use !== undefined && TASKS.includes(name)) collected.tasks[name] = { use };
  else {
    collected.ignored.push(label);
    return;
  }
  collected.understood.push(label);
}

/** A slot is a model's name, an object with one, or a reference to an assignment. */
function slotTargets(collected: Collected, slot: RawValue): RawValue | undefined {
  if (typeof slot === 'string') return targetsOf(collected, { model: slot });
  if (!isRawObject(slot)) return undefined;
  return targetsOf(collected, assignmentOf(collected, slot) ?? slot);
}

function assignmentOf({ assignments }: Collected, { assignment_id: id }: RawObject): RawObject | undefined {
  return id === undefined || id === null || id === ''
    ? undefined
    : assignments.find((one) => one['id'] === id);
}

function targetsOf(collected: Collected, slot: RawObject): RawValue | undefined {
  const model = text(slot['model']);
  if (model === undefined) return undefined;
  const provider = known(collected, text(slot['base_url']) ?? OPENROUTER, text(slot['api_key']));
  const cascade = Array.isArray(slot['cascade']) ? slot['cascade'].flatMap((one) => text(one) ?? []) : [];
  const targets = [model, ...cascade].map((one) => `${provider}/${one}`);
  return targets.length === 1 ? (targets[0] ?? null) : targets;
}

/** Makes the endpoint one of the providers. @returns its name */
function known({ providers, advice }: Collected, url: string, key: string | undefined): string {
  const isOpenRouter = url.replace(/\/+$/, '') === OPENROUTER;
  const name = isOpenRouter ? 'openrouter' : (URL.parse(url)?.host ?? 'endpoint').replaceAll(':', '-');
  if (isOpenRouter && key === undefined) {
    providers['openrouter'] ??= {};
    return 'openrouter';
  }
  const imported = importProvider({ name, baseUrl: url, key });
  providers[imported.name] = imported.entry;
  if (imported.advice !== undefined) advice.add(imported.advice);
  return imported.name;
}

function addAssignment(collected: Collected, assignment: RawObject): void {
  const kind = text(assignment['kind']) ?? '';
  const id = text(assignment['id']) ?? kind;
  const tier = TIERS[kind];
  const isUsed = tier !== undefined || TASKS.includes(kind);
  const use = isUsed ? targetsOf(collected, assignment) : undefined;
  if (use === undefined) return;
  // What the router says of a slot comes before what its assignment says.
  if (tier !== undefined) collected.tiers[tier] ??= use;
  else collected.tasks[kind] ??= { use };
  collected.understood.push(`assignment ${id}`);
}

function addMapping(collected: Collected, mapping: RawObject): void {
  const match = text(mapping['incoming_identifier']);
  const assignment = assignmentOf(collected, mapping);
  const use = assignment === undefined ? undefined : targetsOf(collected, assignment);
  if (match === undefined || use === undefined) {
    collected.ignored.push(`mapping ${match ?? '?'}: its assignment is not there, or is switched off`);
    return;
  }
  collected.mappings.push({ match, use });
  collected.understood.push(`mapping ${match}`);
}

function addThreshold({ tasks, understood, ignored }: Collected, threshold: RawValue | undefined): void {
  if (typeof threshold !== 'number') return;
  const label = 'router.long_context_threshold';
  const task = tasks['long_context'];
  if (isRawObject(task)) {
    tasks['long_context'] = { ...task, threshold };
    understood.push(label);
  } else ignored.push(`${label}: nothing is routed by it`);
}

function isOn({ enabled }: RawObject): boolean {
  return enabled !== false;
}

function objects(value: RawValue | undefined): RawObject[] {
  return Array.isArray(value) ? value.filter(isRawObject) : [];
}

function text(value: RawValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
