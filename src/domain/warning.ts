/**
 * What a translation had to leave out or change. Warnings are values: they go into a response header, a counter and
 * the exchange record, and the strict policy turns the first of them into a 400.
 */
export interface Warning {
  readonly code: WarningCode;
  /** Where in the client's request (or the provider's answer), as a JSON path: `tools[2].strict`. */
  readonly path: string;
  readonly message: string;
}

export type WarningCode =
  | 'field_dropped'
  | 'part_dropped'
  | 'part_converted'
  | 'tool_dropped'
  | 'tool_converted'
  | 'tool_choice_changed'
  | 'cache_hint_dropped'
  | 'reasoning_dropped'
  | 'reasoning_changed'
  | 'sampling_dropped'
  | 'limit_clamped'
  | 'stop_dropped'
  | 'order_changed'
  | 'tool_result_repaired'
  | 'message_inserted'
  | 'response_format_changed'
  | 'answer_dropped';

/** Collects warnings; the same code at the same path counts once. */
export class WarningList {
  readonly #warnings = new Map<string, Warning>();

  add(code: WarningCode, path: string, message: string): void {
    const key = `${code} ${path}`;
    if (!this.#warnings.has(key)) this.#warnings.set(key, { code, path, message });
  }

  addAll(warnings: readonly Warning[]): void {
    for (const { code, path, message } of warnings) this.add(code, path, message);
  }

  get list(): readonly Warning[] {
    return [...this.#warnings.values()];
  }
}
