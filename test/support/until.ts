import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `probe` returns something other than `undefined` or `false`, and returns it. Fails with `what` in
 * the message when that takes longer than `within` milliseconds: the only way a test here may wait.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  within = 30_000,
): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${within} ms in vain for: ${what}`);
    await delay(1);
  }
}

/** Fails with `what` when `promise` has not settled after `within` milliseconds. */
export async function soon<T>(what: string, promise: Promise<T>, within = 30_000): Promise<T> {
  const abandoned = new AbortController();
  const late = delay(within, undefined, { signal: abandoned.signal }).then(() => {
    throw new Error(`Waited ${within} ms in vain for: ${what}`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    abandoned.abort();
  }
}
