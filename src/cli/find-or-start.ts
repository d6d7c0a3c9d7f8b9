import { findGateway, requireGateway, type FoundGateway } from './find-gateway.ts';
import type { Terminal } from './terminal.ts';

/**
 * The gateway that is meant. Where none runs, one is started in the background, because a client without a gateway would
 * be dead; it stays when whoever needed it ends.
 */
export async function findOrStart(port: number | undefined, terminal: Terminal): Promise<FoundGateway> {
  const found = await findGateway(terminal.environment, port);
  if (found !== undefined) return found;
  const { startInBackground } = await import('./start/background.ts');
  const words = port === undefined ? [] : ['--port', String(port)];
  const started = await startInBackground(words, terminal.environment);
  if (started.kind === 'already-running') return requireGateway(terminal.environment, port);
  terminal.note(`started a gateway in the background: ${started.note.url}   (switchyard stop ends it)`);
  return requireGateway(terminal.environment, started.note.port);
}
