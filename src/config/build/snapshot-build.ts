import type { Secret } from '../../lib/secret.ts';
import type { StoredClientKey } from '../values/client-key-file.ts';
import type { KeyPath } from '../layers/key-path.ts';
import type { MergedLayers } from '../layers/layers.ts';
import type { ConfigSnapshot } from '../snapshot.ts';
import type { OwnAddresses } from '../values/own-address.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import type { CompleteConfig } from '../schema/config-schema.ts';
import type { ResolvedReference } from '../values/secret-reference.ts';

/** Everything a snapshot is built from. All of it was fetched before: building does no I/O. */
export interface SnapshotInput {
  readonly config: CompleteConfig;
  readonly merged: MergedLayers;
  /** By the text of the reference. */
  readonly secrets: ReadonlyMap<string, ResolvedReference<Secret>>;
  /** PEM text by the path as configured. */
  readonly certificates: ReadonlyMap<string, ResolvedReference<string>>;
  /** By the path as configured; those of the custom router. */
  readonly scripts?: ReadonlyMap<string, ResolvedReference<ScriptFile>>;
  /** In place of the profile that the configuration says is in use. */
  readonly profile?: string | undefined;
  /** Built before, with the same input but another profile in use. */
  readonly profiles?: ReadonlyMap<string, ConfigSnapshot>;
  /** Keys that `switchyard keys` has issued; an empty list when all were revoked, `undefined` when there never were any. */
  readonly clientKeys?: readonly StoredClientKey[] | undefined;
  /** For the outbound proxy (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, lower case too) and the prices of the two lanes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** IP addresses of this machine's interfaces and its host names. */
  readonly machine: readonly string[];
  /** Whether the mode anthropic-only was allowed at launch. */
  readonly allowAnthropicOnly?: boolean | undefined;
}

/** A script that is there. */
export interface ScriptFile {
  /** Absolute. */
  readonly path: string;
  /** Of its text. */
  readonly fingerprint: string;
}

/** A build in progress: its input, and where what is found wrong is noted. */
export class SnapshotBuild {
  readonly input: SnapshotInput;
  readonly own: OwnAddresses;
  readonly #problems: ConfigProblem[] = [];

  constructor(input: SnapshotInput) {
    this.input = input;
    this.own = { listen: input.config.server.listen, machine: input.machine };
  }

  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  error(path: KeyPath, message: string, remedy: string): void {
    this.#note('error', path, { message, remedy });
  }

  warn(path: KeyPath, message: string, remedy: string): void {
    this.#note('warning', path, { message, remedy });
  }

  #note(
    severity: ConfigProblem['severity'],
    path: KeyPath,
    text: Pick<ConfigProblem, 'message' | 'remedy'>,
  ): void {
    this.#problems.push({ severity, path, ...text, source: this.input.merged.locate(path) });
  }
}
