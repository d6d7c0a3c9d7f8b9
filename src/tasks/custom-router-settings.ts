/** The script that routes before any rule does, and how far it is trusted. Times in milliseconds. */
export interface CustomRouterSettings {
  /** Absolute. What it ends in says what it is: `.js`, `.mjs`, `.cjs`, `.ts`, `.mts` or `.py`. */
  readonly path: string;
  /** Of the script's text: a changed script is another one. */
  readonly fingerprint: string;
  /** How long a request waits for its answer. */
  readonly deadline: number;
  /** Whether it sees the whole request, or only its sizes, flags and newest user text. */
  readonly request: 'reduced' | 'full';
  /** The provider its names are models of; `undefined`: it names targets, `provider/model`. */
  readonly provider: string | undefined;
  /** The most memory its process may take, bytes. */
  readonly memory: number;
  /** Faults in a row after which it is left alone. */
  readonly faults: number;
  /** How long it is left alone the first time. */
  readonly coolDown: number;
}
