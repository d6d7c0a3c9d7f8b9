/** The address of an EADDRINUSE error, wherever in the chain of causes it stands. */
export function takenAddress(error: unknown): { host: string; port: number } | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!('code' in cause) || cause.code !== 'EADDRINUSE') continue;
    const { address, port } = cause as { address?: unknown; port?: unknown }; // As Node documents for this code.
    if (typeof address === 'string' && typeof port === 'number') return { host: address, port };
  }
  return undefined;
}
