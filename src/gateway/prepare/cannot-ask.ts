import { toGatewayError, type GatewayError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { DecisionSubject } from '../decide/route-state.ts';
import type { Gateway } from '../gateway.ts';
import { loadTranslation } from '../translate/lazy-translation.ts';
import { authorize } from './authorize.ts';
import { chooseEndpoint } from './choose-endpoint.ts';

/**
 * Why a target could not be asked at all, if so: for want of a credential, or because its format has no place for what
 * the request wants. As `prepare` finds it, but nothing is chosen, counted or logged.
 */
export function cannotAsk(
  gateway: Gateway,
  subject: DecisionSubject,
  { provider: name, model = subject.facts?.model ?? '', shape }: Target,
): GatewayError | undefined {
  const { snapshot, kind, inbound, facts } = subject;
  const configured = snapshot.providers.get(name);
  if (configured === undefined || facts === undefined || kind.operation !== 'generate') return undefined;
  try {
    const provider = chooseEndpoint(configured, kind.format, model);
    const credential = authorize(provider, inbound.credential);
    if (provider.format !== kind.format)
      loadTranslation().translateForProvider(gateway, subject, {
        provider,
        credential,
        facts,
        model,
        shape,
        hop: [],
      });
    return undefined;
  } catch (thrown) {
    return toGatewayError(thrown);
  }
}
