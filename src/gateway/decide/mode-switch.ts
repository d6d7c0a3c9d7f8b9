import type { ModeSettings } from '../../config/snapshot.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Mode } from '../../domain/mode.ts';

export interface ModeChange {
  readonly from: Mode;
  readonly to: Mode;
  /** `api`: switched by hand. */
  readonly cause: 'api' | 'config';
}

/**
 * The mode of this moment: the configured one, until it is switched by hand. A switch holds until the gateway
 * stops and is written nowhere. An exchange asks once and keeps what it got.
 */
export class ModeSwitch {
  readonly #settings: () => ModeSettings;
  readonly #onChange: (change: ModeChange) => void;
  #switchedTo: Mode | undefined;

  /** @param onChange told of everything that changes the mode; must not throw */
  constructor(settings: () => ModeSettings, onChange: (change: ModeChange) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get current(): Mode {
    return this.#switchedTo ?? this.configured;
  }

  get configured(): Mode {
    return this.#settings().configured;
  }

  get allowed(): readonly Mode[] {
    return this.#settings().allowed;
  }

  /** Whether the mode was set by hand. */
  get isSwitched(): boolean {
    return this.#switchedTo !== undefined;
  }

  /** @throws GatewayError `mode_not_allowed` */
  switchTo(mode: Mode): void {
    if (!this.allowed.includes(mode))
      throw new GatewayError(
        'mode_not_allowed',
        `The mode ${mode} was not allowed at launch: start the gateway with --allow-anthropic-only.`,
      );
    const from = this.current;
    this.#switchedTo = mode === this.configured ? undefined : mode;
    if (mode !== from) this.#onChange({ from, to: mode, cause: 'api' });
  }

  /** The configuration was swapped. A mode set by hand stays. @param before the settings until now */
  follow({ configured: from }: ModeSettings): void {
    const { configured: to } = this;
    if (!this.isSwitched && to !== from) this.#onChange({ from, to, cause: 'config' });
  }
}
