import { createHash } from 'node:crypto';
import { asString } from '../../domain/json-value.ts';
import type { ClientTool, Tool } from '../../domain/tool.ts';

/** Tool names of one request, both ways; a bijection, and the same for the same request. */
export interface ToolNames {
  toSent(name: string, namespace?: string): string;
  toClient(sentName: string): ClientTool;
  /** All of it as plain data, by the names sent; tools that are not in it keep their names. */
  readonly clients: ReadonlyMap<string, ClientTool>;
}

export interface NameRule {
  readonly limit: number;
  /** Free-text tools go out as functions. */
  readonly wrapCustom: boolean;
}

const HASH_LENGTH = 8;

/** Gives every tool a name of `[a-zA-Z0-9_-]` within the limit; names that need no change keep theirs. */
export function mapToolNames(tools: readonly Tool[], rule: NameRule): ToolNames {
  const sent = new Map<string, string>();
  const clients = new Map<string, ClientTool>();
  const named = tools.filter((tool) => tool.type !== 'server');
  const taken = new Set(named.map(fullName).filter((name) => isPlain(name, rule.limit)));
  for (const tool of named) {
    const full = fullName(tool);
    if (sent.has(full)) continue;
    const name = isPlain(full, rule.limit) ? full : shorten(full, rule.limit, taken);
    taken.add(name);
    sent.set(full, name);
    clients.set(name, {
      name: tool.name,
      namespace: tool.namespace,
      ...builtinOf(tool),
      unwrap: tool.type === 'custom' && rule.wrapCustom,
    });
  }
  return {
    toSent(name, namespace) {
      const full = join(name, namespace);
      return sent.get(full) ?? (isPlain(full, rule.limit) ? full : shorten(full, rule.limit, new Set()));
    },
    ...toClientBy(clients),
  };
}

/** The way back to the client's names, from plain data. */
export function toClientBy(
  clients: ReadonlyMap<string, ClientTool>,
): Pick<ToolNames, 'toClient' | 'clients'> {
  return {
    clients,
    toClient: (name) => clients.get(name) ?? { name, namespace: undefined, unwrap: false },
  };
}

/** No tool at all: every name is its own. */
export const SAME_NAMES: ToolNames = {
  toSent: (name, namespace) => join(name, namespace),
  ...toClientBy(new Map()),
};

function builtinOf(tool: Tool): { builtin?: string } {
  const builtin = tool.type === 'function' ? asString(tool.builtin?.value['type']) : undefined;
  return builtin === undefined ? {} : { builtin };
}

function fullName(tool: { readonly name: string; readonly namespace?: string }): string {
  return join(tool.name, tool.namespace);
}

function join(name: string, namespace: string | undefined): string {
  return namespace === undefined ? name : `${namespace}__${name}`;
}

function isPlain(name: string, limit: number): boolean {
  return name.length > 0 && name.length <= limit && /^[a-zA-Z0-9_-]+$/.test(name);
}

/** Readable head plus a hash of the whole; a clash, as good as impossible, is hashed again. */
function shorten(name: string, limit: number, taken: ReadonlySet<string>): string {
  const head = name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, limit - HASH_LENGTH - 1);
  for (let round = 0; ; round += 1) {
    const hash = createHash('sha256').update(round === 0 ? name : `${name}#${round}`);
    const candidate = `${head}_${hash.digest('hex').slice(0, HASH_LENGTH)}`;
    if (!taken.has(candidate)) return candidate;
  }
}
