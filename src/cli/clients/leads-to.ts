import { isLoopbackUrl } from './is-loopback-url.ts';

/** Whether a client that sends its requests to a URL sends them to this gateway, and not to one whose port begins alike. */
export function leadsTo(pointsAt: string, gateway: string): boolean {
  return pointsAt === gateway || pointsAt.startsWith(`${gateway}/`);
}

/** Whether a client still points at the gateway on another machine that it was connected to. */
export function leadsToRemote(pointsAt: string, connectedTo: string | undefined): boolean {
  return connectedTo !== undefined && !isLoopbackUrl(connectedTo) && leadsTo(pointsAt, connectedTo);
}
