import type { CustomRouterAnswer } from '../domain/custom-router.ts';
import { CustomRouter, type CustomRouterInput, type RoutedBy } from './custom-router.ts';

/** The custom router of the configuration in force. */
export class CurrentCustomRouter {
  readonly #input: CustomRouterInput;
  #router: CustomRouter | undefined;

  constructor(input: CustomRouterInput) {
    this.#input = input;
  }

  /** From now on this script is asked, or none. One that is the same as before goes on in its process. */
  follow(routedBy: RoutedBy | undefined): void {
    const before = this.#router;
    if (routedBy !== undefined && before?.serves(routedBy) === true) return;
    this.#router = routedBy && new CustomRouter(this.#input, routedBy);
    void before?.close();
  }

  ask(request: Readonly<Record<string, unknown>>): Promise<CustomRouterAnswer> {
    const none = { kind: 'failed', reason: 'none is configured any more' } as const;
    return this.#router?.ask(request) ?? Promise.resolve(none);
  }

  async close(): Promise<void> {
    await this.#router?.close();
    this.#router = undefined;
  }
}
