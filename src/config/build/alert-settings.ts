import type { AlertRule } from '../../guard/alerts/alert-rule.ts';
import type { Secret } from '../../lib/secret.ts';

/** What is watched, and who is told. */
export interface AlertSettings {
  readonly rules: readonly AlertRule[];
  /** By name. */
  readonly channels: ReadonlyMap<string, AlertChannel>;
  /** How often the rules are looked at, milliseconds. */
  readonly everyMs: number;
}

/** Where notices go. Addresses are secrets: whoever knows one can write there. */
export type AlertChannel =
  | {
      readonly type: 'webhook';
      readonly url: Secret;
      readonly headers: readonly { readonly name: string; readonly value: Secret }[];
    }
  | { readonly type: 'slack'; readonly url: Secret }
  | { readonly type: 'email'; readonly smtp: Secret; readonly from: string; readonly to: readonly string[] };
