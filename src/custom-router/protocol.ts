/**
 * What gateway and script say to each other: one JSON object a line. The gateway's lines go to the standard input of
 * the script's process, whose end is the end of that process; the answers come on its standard output.
 */

/** From the gateway: the routes as the script may name them, or one request. */
export type RouterFrame =
  | { readonly config: RouterConfig }
  | { readonly id: number; readonly request: Readonly<Record<string, unknown>> };

/** The configured routes, as text: what a script can return. */
export type RouterConfig = Readonly<Record<string, unknown>>;

/** From the script's process. */
export type ScriptFrame =
  | { readonly kind: 'ready' }
  /** It cannot go on; the process ends after this. */
  | { readonly kind: 'fatal'; readonly reason: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly reason: string };

/** Reads a line that may be anything. @returns `undefined` when it is none of ours: the script printed it */
export function parseScriptFrame(line: string): ScriptFrame | undefined {
  if (!line.startsWith('{')) return undefined;
  const frame = parseObject(line);
  const { id, ready, fatal, error } = frame;
  if (ready === true) return { kind: 'ready' };
  if (typeof fatal === 'string') return { kind: 'fatal', reason: fatal };
  if (typeof id !== 'number') return undefined;
  if (typeof error === 'string') return { kind: 'error', id, reason: error };
  return 'target' in frame ? { kind: 'answer', id, answer: frame['target'] } : undefined;
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    // The line begins with a brace, so that what was parsed is an object, and reading it as unknown assumes no more.
    return value as Record<string, unknown>;
  } catch {
    return {};
  }
}
