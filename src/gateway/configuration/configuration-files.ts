/**
 * Keeps the configuration in force up with the files it is read from. What cannot be served is refused with its
 * reasons, and what was in force stays; nothing here can fail a request.
 */
import type { ConfigEdit, EditOutcome } from '../../config-io/edit-config.ts';
import type { ConfigHistory } from '../../config-io/history/config-history.ts';
import type { LoadedConfig } from '../../config-io/load-config.ts';
import { FileWatcher } from '../../config-io/watch/file-watcher.ts';
import { fingerprintOf } from '../../config-io/watch/fingerprint.ts';
import { changedKeys } from '../../config/layers/changed-keys.ts';
import type * as Yaml from '../../config/edit/edit-yaml.ts';
import type { RawObject } from '../../config/layers/raw-value.ts';
import { etagOf } from '../../config-io/history/etag.ts';
import type { MergedLayers } from '../../config/layers/layers.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import { lazyModule } from '../../lib/lazy.ts';
import { readIfThere } from '../../config-io/read-if-there.ts';
import type { EventSink } from '../../contract/events.ts';
import type { GatewayLog } from '../gateway.ts';
import type { CurrentConfiguration } from './current-configuration.ts';

/** How a configuration was read, and how it is read again. */
export interface ConfigurationReading {
  /** @param text taken for what the configuration file holds, to try it out */
  readonly load: (text?: string) => Promise<LoadedConfig>;
  /** The reading that the gateway starts from. */
  readonly loaded: LoadedConfig;
  /** When that reading began, wall clock in milliseconds. */
  readonly loadedAt: number;
}

export interface ConfigurationFilesInput extends ConfigurationReading {
  readonly configuration: CurrentConfiguration;
  readonly history: ConfigHistory;
  readonly log: GatewayLog;
  readonly events: EventSink;
}

/** What asked for the reading. */
export type ReloadCause = 'file' | 'signal' | 'api';

export type ReloadOutcome =
  | { readonly kind: 'applied'; readonly version: string; readonly needsRestart: readonly string[] }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }
  /** The files hold what they held before; `refused` when that was refused. */
  | { readonly kind: 'unchanged'; readonly refused: readonly string[] | undefined };

export interface AppliedEdit {
  readonly edited: EditOutcome;
  /** `undefined` when nothing was written. */
  readonly reloaded: ReloadOutcome | undefined;
}

/** A file with a thousand mistakes is told by its first ones. */
const MOST_REASONS = 20;

const loadYaml = lazyModule<typeof Yaml>(import.meta.url, '../../config/edit/edit-yaml.ts');

export class ConfigurationFiles {
  readonly #input: ConfigurationFilesInput;
  #files: readonly string[];
  #watcher: FileWatcher | undefined;
  /** Of what was read last; `undefined` until the first time. */
  #fingerprint: string | undefined;
  #running: Promise<ReloadOutcome> | undefined;
  /** The settings in force, for telling what the next version changes. */
  #settings: MergedLayers;

  constructor(input: ConfigurationFilesInput) {
    this.#input = input;
    this.#files = input.loaded.files;
    this.#settings = input.loaded.provenance;
  }

  /** The configuration file, whether it exists or not. */
  get path(): string {
    return this.#input.loaded.file;
  }

  get configuration(): CurrentConfiguration {
    return this.#input.configuration;
  }

  /** Every setting in force, with where it comes from; references only, no secret. */
  get settings(): MergedLayers {
    return this.#settings;
  }

  /**
   * The file as it is now. `values` are left out where it cannot be served: among them might be a secret in the
   * wrong place.
   * @throws Error with Node's code when it is there and cannot be read
   */
  read(): { readonly etag: string; readonly values: RawObject | undefined } {
    const text = readIfThere(this.path);
    const isServed = this.#input.configuration.refused === undefined;
    return { etag: etagOf(text), values: isServed ? loadYaml().read(text ?? '') : undefined };
  }

  get history(): ConfigHistory {
    return this.#input.history;
  }

  /**
   * Writes a change into the configuration file and puts it into force.
   * @param expected etag of the version that was looked at; another one is not overwritten
   * @throws Error with Node's code when the file cannot be read or written
   */
  async edit(to: ConfigEdit['to'], expected?: string): Promise<AppliedEdit> {
    const { history, load } = this.#input;
    const check = async (text: string) => {
      const loaded = await load(text);
      return loaded.kind === 'valid' ? [] : reasonsOf(loaded);
    };
    const { editConfig } = await import('../../config-io/edit-config.ts');
    const edited = await editConfig({ path: this.path, to, expected, history, check });
    return { edited, reloaded: edited.kind === 'written' ? await this.reload('api') : undefined };
  }

  start(): void {
    this.#watcher = new FileWatcher({
      files: this.#files,
      since: this.#input.loadedAt,
      onChange: async () => void (await this.reload('file')),
    });
    this.#keep(this.#input.loaded.text);
  }

  close(): void {
    this.#watcher?.close();
  }

  /** Reads the files now, after a reading that is under way. Never rejects. */
  async reload(cause: ReloadCause): Promise<ReloadOutcome> {
    const before = this.#running;
    const next = (async () => {
      await before;
      return this.#reload(cause);
    })();
    this.#running = next;
    return next;
  }

  async #reload(cause: ReloadCause): Promise<ReloadOutcome> {
    const { configuration } = this.#input;
    try {
      const fingerprint = await fingerprintOf(this.#files);
      if (fingerprint === this.#fingerprint)
        return { kind: 'unchanged', refused: configuration.refused?.reasons };
      const loaded = await this.#input.load();
      // Where other files count now, their contents were not part of the fingerprint.
      this.#fingerprint = this.#watch(loaded) ? undefined : fingerprint;
      return this.#judge(loaded, cause);
    } catch (error) {
      this.#input.log.error({ error }, '[Config] Reading the configuration failed.');
      return this.#refuse(
        ['The configuration could not be read: the gateway itself failed. See its log.'],
        cause,
      );
    }
  }

  /**
   * A broken version names fewer files than it means: those of the version before are watched on.
   * @returns whether other files are watched now
   */
  #watch(loaded: LoadedConfig): boolean {
    const before = this.#files.join('\n');
    const wanted = loaded.kind === 'valid' ? loaded.files : [...this.#files, ...loaded.files];
    this.#files = [...new Set(wanted)];
    this.#watcher?.retarget(this.#files);
    return this.#files.join('\n') !== before;
  }

  #judge(loaded: LoadedConfig, cause: ReloadCause): ReloadOutcome {
    const doubt = this.#doubt(loaded);
    if (doubt === undefined && loaded.kind === 'valid') return this.#apply(loaded, cause);
    // Whoever takes a key away means it, whatever else is wrong.
    if (loaded.clientKeys !== undefined) this.#input.configuration.revokeKeys(loaded.clientKeys);
    return this.#refuse(doubt === undefined ? reasonsOf(loaded) : [doubt], cause);
  }

  #apply(loaded: Extract<LoadedConfig, { kind: 'valid' }>, cause: ReloadCause): ReloadOutcome {
    const { configuration, log, events } = this.#input;
    const previous = configuration.snapshot().version;
    const path = loaded.fileExists ? loaded.file : undefined;
    const { needsRestart } = configuration.applySnapshot({ snapshot: loaded.snapshot, path });
    const { version } = loaded.snapshot;
    const changed = changedKeys(this.#settings, loaded.provenance);
    this.#settings = loaded.provenance;
    this.#keep(loaded.text);
    events.publish({
      type: 'config.reloaded',
      version,
      previous_version: previous,
      cause,
      changed: [...changed],
      needs_restart: [...needsRestart],
    });
    log.info({ version, file: path }, `[Config] Version ${version} is in force.`);
    if (needsRestart.length > 0)
      log.warn(
        { version },
        `[Config] A restart is needed for ${needsRestart.join(', ')}; the old values stay in force.`,
      );
    return { kind: 'applied', version, needsRestart };
  }

  /** What is valid by the letter and was hardly meant: an empty or vanished file would send everything elsewhere. */
  #doubt({ file, fileExists, text }: LoadedConfig): string | undefined {
    const isServedFromFile = this.#input.configuration.path !== undefined;
    if (!isServedFromFile) return undefined;
    if (!fileExists) return `${file} is gone. What it said stays in force until a restart.`;
    return text?.trim() === '' ? `${file} is empty. What it said before stays in force.` : undefined;
  }

  #refuse(reasons: readonly string[], cause: ReloadCause): ReloadOutcome {
    const { configuration, log, events } = this.#input;
    configuration.refuse(reasons);
    const { version } = configuration.snapshot();
    events.publish({ type: 'config.refused', version, cause, problems: [...reasons] });
    log.warn({ reasons }, `[Config] The new configuration is refused; version ${version} stays in force.`);
    return { kind: 'refused', reasons };
  }

  /** The copy is a convenience: a disk that refuses it does not keep the configuration from being served. */
  #keep(text: string | undefined): void {
    if (text === undefined) return;
    try {
      this.#input.history.saveServed(text);
    } catch (error) {
      this.#input.log.warn({ error }, '[Config] The history of the configuration cannot be written.');
    }
  }
}

/** What is wrong with a configuration, one sentence a mistake. */
function reasonsOf({ problems }: LoadedConfig): readonly string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  const more = errors.length - MOST_REASONS;
  return more > 0 ? [...errors.slice(0, MOST_REASONS), `… and ${more} more.`] : errors;
}
