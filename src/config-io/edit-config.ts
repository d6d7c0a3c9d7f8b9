/**
 * Edits the configuration file: what is not edited keeps its bytes, what would be refused at a start is not
 * written, and every version that is replaced stays in the history. A gateway that runs sees the new file by itself.
 */
import { editYaml } from '../config/edit/edit-yaml.ts';
import type { ConfigChange } from '../config/edit/config-change.ts';
import type { ConfigHistory } from './history/config-history.ts';
import { etagOf } from './history/etag.ts';
import { readIfThere } from './read-if-there.ts';
import { replaceFile } from './replace-file.ts';

export interface ConfigEdit {
  /** The configuration file, absolute. It may not exist yet. */
  readonly path: string;
  /** What is to be changed, or the whole new text. */
  readonly to: { readonly changes: readonly ConfigChange[] } | { readonly text: string };
  /** Etag of the version that was looked at; another one in the file is not overwritten. */
  readonly expected?: string | undefined;
  readonly history: ConfigHistory;
  /** Why a text could not be served; nothing where it could. */
  readonly check: (text: string) => Promise<readonly string[]>;
}

export type EditOutcome =
  | { readonly kind: 'written'; readonly etag: string; readonly text: string }
  /** The file says so already. */
  | { readonly kind: 'unchanged'; readonly etag: string }
  /** Somebody else has changed the file since; `etag` is the one it has now. */
  | { readonly kind: 'stale'; readonly etag: string }
  /** Sentences. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** @throws Error with Node's code when the file cannot be read or written */
export async function editConfig(edit: ConfigEdit): Promise<EditOutcome> {
  const { path, expected, check, history } = edit;
  const before = readIfThere(path);
  if (expected !== undefined && expected !== etagOf(before)) return { kind: 'stale', etag: etagOf(before) };
  if (path.toLowerCase().endsWith('.toml'))
    return refused(`${path} belongs to another program and is only read. Write a switchyard.yaml instead.`);
  const edited = 'text' in edit.to ? edit.to.text : edit.to.changes;
  const next =
    typeof edited === 'string' ? ({ kind: 'edited', text: edited } as const) : editYaml(before ?? '', edited);
  if (next.kind === 'impossible')
    return refused(`${path} cannot be changed in this place: ${next.reason}. Edit it by hand.`);
  if (next.text === before) return { kind: 'unchanged', etag: etagOf(before) };
  const reasons = await check(next.text);
  if (reasons.length > 0) return { kind: 'refused', reasons };
  // From here on nothing waits: no other edit of this process can come in between.
  const now = readIfThere(path);
  if (now !== before) return { kind: 'stale', etag: etagOf(now) };
  if (before !== undefined) history.save(before);
  replaceFile(path, next.text);
  history.save(next.text);
  return { kind: 'written', etag: etagOf(next.text), text: next.text };
}

function refused(reason: string): EditOutcome {
  return { kind: 'refused', reasons: [reason] };
}
