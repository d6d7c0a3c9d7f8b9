/** Models beside the configured ones that get a name of their own. */
const MOST_OTHERS = 100;

const LONGEST = 100;

/** The label of an attempt that names no model. */
const NONE = 'none';

/** The label of all models that have none of their own. */
export const OTHER = 'other';

/**
 * Which models are named in metrics. Callers can invent names, and each name costs memory here and in Prometheus:
 * configured models have their names, of the others the first hundred that answered.
 */
export class ModelLabels {
  readonly #others = new Set<string>();
  readonly #isConfigured: (model: string) => boolean;

  constructor(isConfigured: (model: string) => boolean) {
    this.#isConfigured = isConfigured;
  }

  /** @param hasAnswered whether this very attempt was answered in order */
  labelOf(model: string | undefined, hasAnswered: boolean): string {
    if (model === undefined) return NONE;
    if (this.#others.has(model) || this.#isConfigured(model)) return model;
    const isNew = hasAnswered && this.#others.size < MOST_OTHERS && isPlain(model);
    if (isNew) this.#others.add(model);
    return isNew ? model : OTHER;
  }

  /** For a model whose history is not known here. */
  knownLabelOf(model: string | undefined): string {
    return this.labelOf(model, false);
  }
}

function isPlain(model: string): boolean {
  return model.length <= LONGEST && /^[\x21-\x7e]+$/.test(model);
}
