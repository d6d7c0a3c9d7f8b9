import type { StoredClientKey } from '../../config/values/client-key-file.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { keepRestartSettings } from './restart-settings.ts';
import { withoutRevokedKeys } from './without-revoked-keys.ts';

/** A configuration to be served, and where it was read. */
export interface ConfigurationSource {
  readonly snapshot: ConfigSnapshot;
  /** `undefined`: there is no file, and the defaults hold. */
  readonly path: string | undefined;
}

export interface SnapshotChange {
  readonly before: ConfigSnapshot;
  readonly after: ConfigSnapshot;
}

export type SnapshotListener = (change: SnapshotChange) => void;

/** Why the newest version of the files is not served. */
export interface RefusedConfiguration {
  /** Wall clock, milliseconds. */
  readonly at: number;
  /** Sentences, one a mistake; no secret in them. */
  readonly reasons: readonly string[];
}

export interface AppliedConfiguration {
  /** Settings whose new values wait for a restart. */
  readonly needsRestart: readonly string[];
}

export interface CurrentConfigurationInput extends ConfigurationSource {
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Told of listeners that throw: the others and the swap itself are not affected. */
  readonly onListenerError: (error: unknown) => void;
}

/**
 * The configuration in force. It is swapped as a whole: whoever asked before keeps what he got, whoever asks
 * afterwards gets the new one, and nobody sees a part of each.
 */
export class CurrentConfiguration {
  readonly #input: CurrentConfigurationInput;
  readonly #listeners = new Set<SnapshotListener>();
  #snapshot: ConfigSnapshot;
  #path: string | undefined;
  #needsRestart: readonly string[] = [];
  #refused: RefusedConfiguration | undefined;
  #refusals = 0;
  #appliedAt: number | undefined;

  constructor(input: CurrentConfigurationInput) {
    this.#input = input;
    this.#snapshot = input.snapshot;
    this.#path = input.path;
  }

  snapshot(): ConfigSnapshot {
    return this.#snapshot;
  }

  get path(): string | undefined {
    return this.#path;
  }

  /** Settings whose new values wait for a restart, as they are written in the configuration. */
  get needsRestart(): readonly string[] {
    return this.#needsRestart;
  }

  /** Set while the files hold something that cannot be served. */
  get refused(): RefusedConfiguration | undefined {
    return this.#refused;
  }

  /** How many versions were refused since the start. */
  get refusals(): number {
    return this.#refusals;
  }

  /** When the configuration was last swapped, wall clock; `undefined` while the one of the start is in force. */
  get appliedAt(): number | undefined {
    return this.#appliedAt;
  }

  /** From now on the next one is served, except for what only a restart can change. */
  applySnapshot({ snapshot: next, path }: ConfigurationSource): AppliedConfiguration {
    const before = this.#snapshot;
    const { snapshot: after, needsRestart } = keepRestartSettings(next, before);
    this.#snapshot = after;
    this.#path = path;
    this.#needsRestart = needsRestart;
    this.#refused = undefined;
    this.#appliedAt = this.#input.now();
    for (const listener of this.#listeners) this.#tell(listener, { before, after });
    return { needsRestart };
  }

  /** Takes away the client keys that are not among those there still are; all else stays in force. */
  revokeKeys(left: readonly StoredClientKey[]): void {
    this.#snapshot = withoutRevokedKeys(this.#snapshot, left);
  }

  /** The files hold something that cannot be served: what is in force stays, and the reasons are shown. */
  refuse(reasons: readonly string[]): void {
    this.#refusals += 1;
    this.#refused = { at: this.#input.now(), reasons };
  }

  /** @returns what ends the subscription */
  onSnapshot(listener: SnapshotListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(listener: SnapshotListener, change: SnapshotChange): void {
    try {
      listener(change);
    } catch (error) {
      this.#input.onListenerError(error);
    }
  }
}
