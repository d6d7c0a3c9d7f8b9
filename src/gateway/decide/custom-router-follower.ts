import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { CurrentCustomRouter } from '../../custom-router/current-custom-router.ts';
import type { CustomRouterInput, RoutedBy } from '../../custom-router/custom-router.ts';
import type { CustomRouterAnswer } from '../../domain/custom-router.ts';
import type { CustomRouterClient } from '../gateway.ts';
import { routedBy } from './router-config.ts';

/** Keeps the owner's script running as the configuration has it. Loads nothing until there is one. */
export class CustomRouterFollower implements CustomRouterClient {
  readonly #input: CustomRouterInput;
  #loaded: Promise<CurrentCustomRouter> | undefined;

  constructor(input: CustomRouterInput) {
    this.#input = input;
  }

  /** Called with every configuration that comes into force. */
  follow(snapshot: ConfigSnapshot): void {
    const script = routedBy(snapshot);
    if (script === undefined && this.#loaded === undefined) return;
    this.#loaded ??= this.#load();
    void this.#use(script);
  }

  async ask(request: Readonly<Record<string, unknown>>): Promise<CustomRouterAnswer> {
    const router = await this.#loaded;
    return router?.ask(request) ?? { kind: 'failed', reason: 'it is not running' };
  }

  async close(): Promise<void> {
    await (await this.#loaded)?.close();
  }

  async #use(script: RoutedBy | undefined): Promise<void> {
    (await this.#loaded)?.follow(script);
  }

  async #load(): Promise<CurrentCustomRouter> {
    const { CurrentCustomRouter: Current } = await import('../../custom-router/current-custom-router.ts');
    return new Current(this.#input);
  }
}
