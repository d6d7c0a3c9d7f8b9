import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { ModeBody } from '../../contract/mode.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { AdminCall } from './admin-call.ts';

/** The part of the admin API that shows and switches the mode. */
export function createModeHandlers(
  gateway: Gateway,
): Pick<EndpointHandlers<AdminCall>, 'mode' | 'switchMode'> {
  return {
    mode: () => ({ status: 200, body: modeBody(gateway) }),
    switchMode: (_, { body }) => {
      gateway.modes.switchTo(body.mode);
      return { status: 200, body: modeBody(gateway) };
    },
  };
}

export function modeBody({ modes, comparisons }: Gateway): ModeBody {
  const { current, configured, isSwitched, allowed } = modes;
  const { skipped, ...counts } = comparisons.counts;
  return {
    mode: current,
    configured,
    switched: isSwitched,
    allowed: [...allowed],
    copies: { ...counts, skipped: Object.fromEntries(skipped) },
  };
}
