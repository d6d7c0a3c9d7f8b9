import type { ChainSettings } from '../config/snapshot.ts';
import type { ChainSupervisor, ChainSupervisorInput } from './supervise/chain-supervisor.ts';
import { restingReport } from './resting-report.ts';
import type { EntryReport } from './service-report.ts';

/** What can be asked of the chain from outside. Everything begins at once and goes on by itself. */
export interface ChainControl {
  /** In the order of the chain. */
  reports(): EntryReport[];
  up(): void;
  down(): void;
  /** @returns whether there is an enabled service of this id */
  act(id: string, action: ChainAction): boolean;
}

export type ChainAction = 'start' | 'stop' | 'restart';

export interface ChainFollowerInput extends ChainSupervisorInput {
  readonly onError: (error: unknown) => void;
}

/** Lets the chain follow the configuration. A gateway without entries never loads what it takes to run them. */
export class ChainFollower implements ChainControl {
  readonly #input: ChainFollowerInput;
  #settings: ChainSettings = { autostart: false, entries: [] };
  #supervisor: ChainSupervisor | undefined;
  #loaded: Promise<ChainSupervisor> | undefined;

  constructor(input: ChainFollowerInput) {
    this.#input = input;
  }

  /** Called with every configuration that comes into force. */
  follow(settings: ChainSettings): void {
    this.#settings = settings;
    if (settings.entries.length === 0 && this.#loaded === undefined) return;
    this.#loaded ??= this.#load();
    this.#with((supervisor) => supervisor.use(settings));
  }

  reports(): EntryReport[] {
    return this.#supervisor?.reports() ?? this.#settings.entries.map(restingReport);
  }

  up(): void {
    this.#with((supervisor) => supervisor.up());
  }

  down(): void {
    this.#with((supervisor) => supervisor.down());
  }

  act(id: string, action: ChainAction): boolean {
    const isThere = this.#settings.entries.some(
      (entry) => entry.id === id && entry.enabled && entry.kind === 'http',
    );
    if (isThere) this.#with((supervisor) => supervisor[action](id));
    return isThere;
  }

  /** Ends every service; whatever is still starting is not waited for. */
  async close(): Promise<void> {
    await (await this.#loaded)?.close();
  }

  #with(act: (supervisor: ChainSupervisor) => Promise<unknown>): void {
    this.#loaded?.then(act).catch(this.#input.onError);
  }

  async #load(): Promise<ChainSupervisor> {
    const { ChainSupervisor: Supervisor } = await import('./supervise/chain-supervisor.ts');
    this.#supervisor = new Supervisor(this.#input);
    return this.#supervisor;
  }
}
