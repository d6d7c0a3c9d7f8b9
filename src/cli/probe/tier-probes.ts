/** What `ok` sends: one tiny request per tier, or the reason why a tier cannot be asked. */
import type { Status, TierSummary } from '../../contract/status.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import { modelVariable } from '../../connect/clients/claude.ts';
import { TIER_MODELS } from '../clients/gateway-for-client.ts';
import type { Environment } from '../terminal.ts';
import type { ProbeRequest } from './send-probe.ts';

export type TierProbe =
  | { readonly tier: Tier; readonly kind: 'ask'; readonly request: ProbeRequest }
  | { readonly tier: Tier; readonly kind: 'skip'; readonly reason: string };

export interface TierProbesInput {
  readonly url: string;
  readonly tiers: Status['configuration']['tiers'];
  readonly environment: Environment;
  /** The gateway may use this machine's Claude login for callers that send no credential. */
  readonly loginAvailable: boolean;
}

const TIMEOUT_MS = 60_000;

export function tierProbes(input: TierProbesInput): TierProbe[] {
  const credential = credentialHeaders(input.environment);
  const hasCredential = Object.keys(credential).length > 0 || input.loginAvailable;
  return TIERS.map((tier) => {
    if (needsCaller(input.tiers[tier]) && !hasCredential)
      return { tier, kind: 'skip', reason: NO_CREDENTIAL };
    const headers = { 'anthropic-version': '2023-06-01', ...credential };
    return { tier, kind: 'ask', request: probeRequest(input, tier, headers) };
  });
}

const NO_CREDENTIAL =
  'it uses the credential of whoever asks, and neither ANTHROPIC_API_KEY nor ANTHROPIC_AUTH_TOKEN is set';

function probeRequest(
  { url, environment }: TierProbesInput,
  tier: Tier,
  headers: Readonly<Record<string, string>>,
): ProbeRequest {
  const model = environment[modelVariable(tier)] || TIER_MODELS[tier];
  return {
    url: `${url}/v1/messages`,
    headers,
    timeoutMs: TIMEOUT_MS,
    body: { model, max_tokens: 16, messages: [{ role: 'user', content: 'Answer with the word ok.' }] },
  };
}

function needsCaller({ targets }: TierSummary): boolean {
  return targets[0]?.credential === 'caller';
}

/** As Claude Code sends them; both when both are set. */
function credentialHeaders(environment: Environment): Record<string, string> {
  const key = environment['ANTHROPIC_API_KEY'];
  const token = environment['ANTHROPIC_AUTH_TOKEN'];
  return {
    ...(key ? { 'x-api-key': key } : {}),
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
}
