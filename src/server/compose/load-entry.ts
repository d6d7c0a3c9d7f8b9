import type { openEntry } from './open-entry.ts';

/** The way of a request, from its far end: each piece takes some 20 ms, and brings what the next one builds on. */
const PIECES = [
  () => import('../../transport/pooled-transport.ts'),
  () => import('../../formats/index.ts'),
  () => import('../../gateway/prepare/prepare.ts'),
  () => import('../../gateway/exchange.ts'),
];

/** Loads it piece by piece. In between, whoever is connected is heard, so that no clock of theirs runs out meanwhile. */
export async function loadEntry(): Promise<typeof openEntry> {
  for (const load of PIECES) {
    await load();
    await new Promise(setImmediate);
  }
  return (await import('./open-entry.ts')).openEntry;
}
