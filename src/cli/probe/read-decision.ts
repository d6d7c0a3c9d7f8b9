/** The parts of `x-switchyard-decision`: `rule=tier; target=zai/glm-4.7; attempts=1; id=…`. */
export interface DecisionHeader {
  readonly rule: string | undefined;
  readonly target: string | undefined;
  readonly attempts: number | undefined;
  /** The gateway's own error code, when it answered itself. */
  readonly error: string | undefined;
}

/** @returns `undefined` when there is no header: something else than a gateway answered */
export function readDecision(header: string | null): DecisionHeader | undefined {
  if (header === null) return undefined;
  const parts = new Map(
    header.split(';').map((part): [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
  const attempts = Number(parts.get('attempts') ?? Number.NaN);
  return {
    rule: parts.get('rule'),
    target: parts.get('target'),
    attempts: Number.isNaN(attempts) ? undefined : attempts,
    error: parts.get('error'),
  };
}
