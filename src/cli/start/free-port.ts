import { createServer } from 'node:net';

const TRIES = 20;

/** The next port above `taken` that nothing listens on; `undefined` when twenty in a row are taken. */
export async function findFreePort(taken: number, host: string): Promise<number | undefined> {
  for (let port = taken + 1; port <= Math.min(taken + TRIES, 65_535); port += 1)
    if (await isFree(port, host)) return port;
  return undefined;
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
