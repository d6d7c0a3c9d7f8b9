import { setTimeout as wait } from 'node:timers/promises';
import { AdminClientError } from '../admin-client/admin-client-error.ts';
import { isProcessAlive, removeGatewayNote } from '../admin-client/gateway-note.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-code.ts';
import type { FoundGateway } from './find-gateway.ts';
import { isThatGateway } from './process-identity.ts';

export interface StopRequest {
  readonly gateway: FoundGateway;
  readonly stateDirectory: string;
  /** How long running requests may take to finish, in milliseconds. */
  readonly patienceMs: number;
  /** Told once how many requests are still running. */
  readonly onDraining: (inFlight: number) => void;
}

const POLL_MS = 25;

/** Asks a gateway to end and waits until its process has. Running requests are finished first. */
export async function stopGateway(request: StopRequest): Promise<void> {
  const { gateway, stateDirectory } = request;
  const pid = gateway.note?.pid ?? (await gateway.client.call('status')).pid;
  await askToStop(request);
  const deadline = performance.now() + request.patienceMs;
  while (isProcessAlive(pid)) {
    if (performance.now() > deadline) throw stillRunning(pid, request.patienceMs);
    await wait(POLL_MS);
  }
  if (gateway.note !== undefined) removeGatewayNote(stateDirectory, gateway.note);
}

/** Through the admin API; by signal where that is not possible and the process surely is the gateway. */
async function askToStop({ gateway, onDraining }: StopRequest): Promise<void> {
  try {
    const { in_flight } = await gateway.client.call('shutdown');
    if (in_flight > 0) onDraining(in_flight);
  } catch (error) {
    if (!(error instanceof AdminClientError)) throw error;
    if (gateway.note === undefined || !isThatGateway(gateway.note)) throw error;
    process.kill(gateway.note.pid, 'SIGTERM');
  }
}

function stillRunning(pid: number, patienceMs: number): CommandError {
  return new CommandError({
    exitCode: EXIT.failure,
    what: `the gateway (pid ${pid}) is still finishing requests after ${Math.round(patienceMs / 1000)} s`,
    why: 'It takes no new requests and will end by itself when the running ones do.',
    next: `kill ${pid}   (a second signal ends it within 2 s and cuts what runs)`,
  });
}
