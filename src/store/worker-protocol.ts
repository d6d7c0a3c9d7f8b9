import type { PairRecord } from '../domain/pair.ts';
import type { PriceSettings } from '../pricing/price-book.ts';
import type { StoreEvent } from './database/store-events.ts';
import type { StoreQueries, StoreQueryName } from './queries/index.ts';
import type { EngineState } from './store-engine.ts';
import type { StoreSettings } from './store-settings.ts';

/** What the worker is started with. */
export interface WorkerStart {
  readonly databasePath: string;
  readonly journalDirectory: string;
  readonly firstSegment: number;
  /** Wall clock when recording began, milliseconds. */
  readonly startedAt: number;
  readonly settings: StoreSettings;
}

/** To the worker. `active` is the number of the journal segment being written. */
export type WorkerRequest =
  | { readonly kind: 'wake'; readonly active: number }
  | { readonly kind: 'settle'; readonly id: number; readonly active: number }
  | { readonly kind: 'prices'; readonly prices: PriceSettings; readonly active: number }
  | {
      readonly kind: 'query';
      readonly id: number;
      readonly name: StoreQueryName;
      readonly input: StoreQueries[StoreQueryName]['input'];
    }
  | { readonly kind: 'pair'; readonly id: number; readonly pair: PairRecord }
  | { readonly kind: 'close'; readonly active: number };

/** From the worker. */
export type WorkerReply =
  | {
      readonly kind: 'progress';
      readonly bytes: number;
      readonly records: number;
      readonly damaged: number;
      readonly state: EngineState;
    }
  | { readonly kind: 'settled'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly reason: string }
  | { readonly kind: 'event'; readonly event: StoreEvent }
  | { readonly kind: 'closed' };
