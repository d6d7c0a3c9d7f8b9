/**
 * Connecting a client and undoing it: plan first, show, then write. A plan changes nothing; what is planned from has
 * anything an earlier connection wrote taken out, so that connecting twice is connecting once.
 */
import type { ClientFile, ClientSetup, ClientValues, GatewayForClient, SystemFacts } from './client-setup.ts';
import { ConnectRefused } from './connect-refused.ts';
import type { KeyPath } from './edits/syntax.ts';
import { SYNTAXES } from './edits/syntaxes.ts';
import {
  missingDirectories,
  readClientFile,
  removeDirectories,
  replaceClientFile,
  requireWritable,
  sameBytes,
  type PresentFile,
} from './files/client-file-content.ts';
import { sha256, type ReceiptStore } from './files/receipt-store.ts';
import { textOf } from './files/text-of.ts';
import { explained, planFile, type EditedFile } from './plan-file.ts';
import type { FileReceipt, Receipt } from './receipt.ts';
import { undoFile, type UndoneFile } from './undo-file.ts';

export interface ConnectContext {
  readonly system: SystemFacts;
  readonly receipts: ReceiptStore;
}

/** One file, as it is and as it is to be. */
export interface FileChange {
  readonly path: string;
  readonly before: PresentFile | undefined;
  /** `undefined` when there is to be no file. */
  readonly after: Buffer | undefined;
}

export interface ConnectPlan {
  readonly setup: ClientSetup;
  readonly changes: readonly FileChange[];
  readonly receipt: Omit<Receipt, 'connected_at'>;
  /** Bytes that the receipt names and that must be kept. */
  readonly backups: readonly Buffer[];
  /** What the user should know of their own settings. */
  readonly remarks: readonly string[];
}

export interface DisconnectPlan {
  readonly client: string;
  readonly changes: readonly FileChange[];
  readonly kept: readonly { readonly path: string; readonly key: KeyPath }[];
  readonly directories: readonly string[];
}

interface OpenFile extends ClientFile {
  readonly path: string;
  readonly present: PresentFile | undefined;
  readonly undone: UndoneFile;
  readonly receipt: FileReceipt | undefined;
}

/** @throws ConnectRefused when one of the files cannot be edited; then none is */
export function planConnection(
  setup: ClientSetup,
  gateway: GatewayForClient,
  context: ConnectContext,
): ConnectPlan {
  const files = openFiles(setup, context);
  const values = valuesOf(files.map((file) => ({ ...file, bytes: file.undone.bytes })));
  const edits = setup.edits(gateway, values);
  const planned = files.map((file) => {
    const { path, syntax, undone } = file;
    return {
      file,
      edited: planFile({ path, syntax, original: undone.bytes, edits: edits[file.role] ?? [] }),
    };
  });
  for (const { file, edited } of planned)
    if (file.present !== undefined && !sameBytes(file.present.bytes, edited.bytes))
      requireWritable(file.path, file.present);
  return {
    setup,
    changes: planned.map(({ file, edited }) => ({
      path: file.path,
      before: file.present,
      after: edited.bytes,
    })),
    receipt: {
      schema: 1,
      client: setup.name,
      gateway: gateway.url,
      status_line: gateway.statusLine !== undefined,
      files: planned.flatMap(({ file, edited }) => receiptOf(setup, file, edited)),
    },
    backups: planned.flatMap(({ file }) => (file.undone.bytes === undefined ? [] : [file.undone.bytes])),
    remarks: [
      ...planned.flatMap(({ file, edited }) => ineffective(setup, file, edited.bytes)),
      ...planned.flatMap(({ file, edited }) =>
        readByOthers(file, edited.bytes, gateway, context.system.platform),
      ),
      ...setup.remarks(
        valuesOf(planned.map(({ file, edited }) => ({ ...file, bytes: edited.bytes }))),
        gateway,
      ),
    ],
  };
}

const OTHERS_READ = 0o044;

/** A file keeps its mode; once it holds a key, its owner may want another. */
function readByOthers(
  { path, present }: Pick<OpenFile, 'path' | 'present'>,
  bytes: Buffer | undefined,
  { key }: GatewayForClient,
  platform: NodeJS.Platform,
): readonly string[] {
  if (key === undefined || ((present?.mode ?? 0) & OTHERS_READ) === 0 || platform === 'win32') return [];
  if (bytes?.includes(key.reveal()) !== true) return [];
  return [`other users of this machine can read ${path}, which holds the client key: chmod 600 ${path}`];
}

/** Files of which the client takes nothing, as sentences. @throws ConnectRefused */
export function ineffectiveFiles(setup: ClientSetup, context: ConnectContext): readonly string[] {
  return openFiles(setup, context).flatMap((file) => ineffective(setup, file, file.present?.bytes));
}

function ineffective(
  { title }: ClientSetup,
  { strict, path }: Pick<OpenFile, 'strict' | 'path'>,
  bytes: Uint8Array | undefined,
): readonly string[] {
  if (strict === undefined || bytes === undefined || isJson(bytes)) return [];
  return [
    `${path} has comments or trailing commas, which ${title} does not read: none of its settings is in effect.`,
  ];
}

function isJson(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether there is anything to write. */
export function isChange({ changes }: Pick<ConnectPlan, 'changes'>): boolean {
  return changes.some(({ before, after }) => !sameBytes(before?.bytes, after));
}

/**
 * Backups and receipt first: should the machine stop in between, what was written can still be undone. When the
 * second of two files fails, the first is put back.
 */
export function applyConnection(plan: ConnectPlan, { receipts }: ConnectContext, now: number): void {
  const { setup, receipt, backups } = plan;
  const earlier = receipts.read(setup.name);
  const names = backups.map((bytes) => receipts.keep(setup.name, bytes));
  receipts.write({ ...receipt, connected_at: now });
  try {
    writeAll(plan.changes);
  } catch (error) {
    if (earlier === undefined) receipts.forget(setup.name);
    else receipts.write(earlier);
    throw error;
  }
  receipts.prune(setup.name, names);
}

function writeAll(changes: readonly FileChange[]): void {
  const done: FileChange[] = [];
  try {
    for (const change of changes) {
      if (sameBytes(change.before?.bytes, change.after)) continue;
      replaceClientFile({ path: change.path, before: change.before, bytes: change.after });
      done.push(change);
    }
  } catch (error) {
    for (const { path, before } of done)
      replaceClientFile({ path, before: readClientFile(path), bytes: before?.bytes });
    throw error;
  }
}

/** @returns `undefined` when the client is not connected. @throws ConnectRefused */
export function planDisconnection(client: string, { receipts }: ConnectContext): DisconnectPlan | undefined {
  const receipt = receipts.read(client);
  if (receipt === undefined) return undefined;
  const files = receipt.files.map((file) => {
    const present = readClientFile(file.path);
    const undone = undo(file, present, receipts);
    if (present !== undefined && !sameBytes(present.bytes, undone.bytes)) requireWritable(file.path, present);
    return { file, present, undone };
  });
  return {
    client,
    changes: files.map(({ file, present, undone }) => ({
      path: file.path,
      before: present,
      after: undone.bytes,
    })),
    kept: files.flatMap(({ file, undone }) => undone.kept.map((key) => ({ path: file.path, key }))),
    directories: files.flatMap(({ file }) => (file.before.kind === 'absent' ? file.before.directories : [])),
  };
}

export function applyDisconnection(plan: DisconnectPlan, { receipts }: ConnectContext): void {
  writeAll(plan.changes);
  removeDirectories(plan.directories);
  receipts.forget(plan.client);
}

/** The files of a client as they are, and as they would be without us. @throws ConnectRefused */
export function openFiles(setup: ClientSetup, { system, receipts }: ConnectContext): OpenFile[] {
  const receipt = receipts.read(setup.name);
  return setup.files(system).map((file) => {
    const path = placeOf(file);
    const own = receipt?.files.find(({ role }) => role === file.role);
    if (own !== undefined && own.path !== path)
      throw new ConnectRefused(
        `${setup.title} is connected in another place: ${own.path}`,
        `switchyard disconnect ${setup.name}, then connect it again`,
      );
    const present = readClientFile(path);
    const undone = own === undefined ? { bytes: present?.bytes, kept: [] } : undo(own, present, receipts);
    return { ...file, path, present, undone, receipt: own };
  });
}

function placeOf({ places, role }: ClientFile): string {
  const found = places.find((place) => readClientFile(place) !== undefined) ?? places.at(-1);
  if (found === undefined) throw new Error(`The file ${role} has no place.`);
  return found;
}

function undo(receipt: FileReceipt, present: PresentFile | undefined, receipts: ReceiptStore): UndoneFile {
  const { before } = receipt;
  const backup = before.kind === 'present' ? receipts.kept(before.backup, before.sha256) : undefined;
  return explained(receipt.path, () => undoFile(receipt, present?.bytes, backup));
}

/** What the client reads at this moment, by role. @throws ConnectRefused */
export function currentValues(setup: ClientSetup, { system }: ConnectContext): ClientValues {
  const files = setup.files(system).map((file) => {
    const path = placeOf(file);
    return { ...file, path, bytes: readClientFile(path)?.bytes };
  });
  return valuesOf(files);
}

interface ReadFile extends Pick<OpenFile, 'role' | 'path' | 'syntax'> {
  readonly bytes: Buffer | undefined;
}

function valuesOf(files: readonly ReadFile[]): ClientValues {
  return Object.fromEntries(
    files.map(({ role, path, syntax, bytes }) => [
      role,
      bytes === undefined ? {} : explained(path, () => SYNTAXES[syntax].parse(textOf(path, bytes).text)),
    ]),
  );
}

/** No receipt for a file that has nothing of ours in it. */
function receiptOf(setup: ClientSetup, file: OpenFile, { bytes, changes }: EditedFile): FileReceipt[] {
  if (bytes === undefined || changes.length === 0) return [];
  const original = file.undone.bytes;
  const made = file.receipt?.before.kind === 'absent' ? file.receipt.before.directories : [];
  const before: FileReceipt['before'] =
    original === undefined
      ? { kind: 'absent', directories: [...made, ...missingDirectories(file.path)] }
      : {
          kind: 'present',
          sha256: sha256(original),
          backup: `${setup.name}.${sha256(original).slice(0, 12)}.backup`,
        };
  const keys = changes.map((change) => ({ ...change, path: [...change.path] }));
  const { role, path, syntax } = file;
  return [{ role, path, syntax, before, after_sha256: sha256(bytes), keys }];
}
