import type { Gateway } from '../../gateway/gateway.ts';
import { createAdmin, type AdminOptions } from '../admin/admin.ts';
import { createDataPlane } from '../data-plane.ts';
import type { Draining } from '../draining.ts';
import { createEntry } from '../edge/entry.ts';
import type { HostRules } from '../edge/guard-request.ts';
import type { RequestListener } from '../edge/listen.ts';

export interface OpenEntryInput extends AdminOptions {
  readonly gateway: Gateway;
  readonly draining: Draining;
  readonly rules: HostRules;
}

/** Everything behind the port that a start can do without: the way of a request, and the door to the admin API. */
export function openEntry({ gateway, draining, rules, ...admin }: OpenEntryInput): RequestListener {
  const dataPlane = createDataPlane(gateway, draining);
  return createEntry({ gateway, dataPlane, admin: createAdmin(admin), ...rules });
}
