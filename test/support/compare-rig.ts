/** A gateway in mode compare between two scripted upstreams: `primary` answers clients, `shadow` gets the copies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModeBody } from '../../src/contract/mode.ts';
import type { PairBody, PairDetailBody, PairStatsBody } from '../../src/contract/pairs.ts';
import type { Format } from '../../src/domain/format.ts';
import { originOf } from '../../src/domain/origin.ts';
import { Secret } from '../../src/lib/secret.ts';
import { call, type Called } from './call.ts';
import { exampleProvider } from './example-provider.ts';
import {
  ADMIN_TOKEN,
  startInProcess,
  type InProcessGateway,
  type SnapshotChanges,
} from './in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './scripted-upstream.ts';
import { until } from './until.ts';

export const SHADOW_KEY = 'own-key-of-the-shadow-4711';

export interface CompareRig {
  readonly gateway: InProcessGateway;
  readonly primary: ScriptedUpstream;
  readonly shadow: ScriptedUpstream;
  /** Sends a Messages request and reads its answer. */
  ask(body: object, headers?: Readonly<Record<string, string>>): Promise<Called>;
  /** Asks the admin API; the token goes along. */
  admin<Body>(method: string, path: string, body?: object): Promise<Body>;
  copies(): Promise<ModeBody['copies']>;
  /** The newest pairs, once there are so many. */
  pairs(count: number): Promise<readonly PairBody[]>;
  pair(id: string): Promise<PairDetailBody>;
  stats(by?: string): Promise<PairStatsBody>;
  close(): Promise<void>;
}

export interface RigSettings extends Partial<Omit<SnapshotChanges, 'ledger'>> {
  readonly shadowFormat?: Format;
}

export async function startCompareRig({ shadowFormat, ...changes }: RigSettings = {}): Promise<CompareRig> {
  const ledger = await mkdtemp(join(tmpdir(), 'switchyard-compare-'));
  const [primary, shadow] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
  const format = shadowFormat ?? 'anthropic-messages';
  const auth = {
    kind: 'secret',
    header: 'x-api-key',
    scheme: undefined,
    secret: new Secret(SHADOW_KEY),
  } as const;
  const cheap = [{ provider: 'other', model: 'cheap' }] as const;
  const gateway = await startInProcess({
    providers: [
      exampleProvider({
        name: 'anthropic',
        origin: originOf(new URL(primary.url)),
        auth: { kind: 'caller' },
      }),
      exampleProvider({
        name: 'other',
        origin: originOf(new URL(shadow.url)),
        format,
        basePath: format === 'anthropic-messages' ? '' : '/v1',
        auth,
      }),
    ],
    routes: { tiers: { opus: cheap, sonnet: cheap, haiku: cheap }, fallback: cheap },
    mode: { configured: 'compare' },
    prices: { configured: PRICES, environment: {} },
    ...changes,
    ledger,
  });
  const admin = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...(text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
    };
    const answered = await call(gateway.url, path, { method, headers, ...(text && { body: text }) });
    if (answered.status !== 200) throw new Error(`${method} ${path}: ${answered.body.toString()}`);
    return JSON.parse(answered.body.toString()) as Body;
  };
  const list = async (): Promise<readonly PairBody[]> =>
    (await admin<{ pairs: PairBody[] }>('GET', '/api/pairs?limit=500')).pairs;
  const copies = async (): Promise<ModeBody['copies']> => (await admin<ModeBody>('GET', '/api/mode')).copies;
  return {
    gateway,
    primary,
    shadow,
    admin,
    copies,
    ask: (body, headers = {}) =>
      call(gateway.url, '/v1/messages', { headers: { 'x-api-key': 'k', ...headers }, body }),
    pairs: (count) =>
      until(`${count} pairs`, async () => {
        const found = await list();
        return found.length >= count ? found : undefined;
      }),
    pair: (id) => admin('GET', `/api/pairs/${id}`),
    stats: (by = 'task') => admin('GET', `/api/pairs/stats?by=${by}`),
    close: async () => {
      await gateway.stop();
      await Promise.all([primary.close(), shadow.close()]);
      await rm(ledger, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Round figures: a million tokens in cost a dollar here, ten cents there. */
const PRICES = {
  anthropic: { input: 1, output: 10 },
  other: { input: 0.1, output: 1 },
};
