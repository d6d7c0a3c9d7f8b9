import type { TargetQuirks } from '../../domain/target-quirks.ts';
import type { WarningList } from '../../domain/warning.ts';

/** Less than this is no answer; a prompt that leaves less room is the provider's to refuse. */
const LEAST_OUTPUT = 256;

/** The output limit a target accepts: its own maximum, and what the prompt leaves of its window. */
export function clampOutput(
  wanted: number | undefined,
  quirks: Pick<TargetQuirks, 'outputTokens' | 'contextTokens'>,
  promptTokens: number,
  warnings: WarningList,
): number | undefined {
  if (wanted === undefined) return undefined;
  const room =
    quirks.contextTokens === undefined
      ? undefined
      : Math.max(LEAST_OUTPUT, quirks.contextTokens - promptTokens);
  const limit = Math.min(wanted, quirks.outputTokens ?? wanted, room ?? wanted);
  if (limit < wanted)
    warnings.add(
      'limit_clamped',
      'max_tokens',
      `${wanted} output tokens are more than the model gives: ${limit}.`,
    );
  return limit;
}
