import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'This machine has no such address.',
  ENOTFOUND: 'No such name is known.',
  EAI_AGAIN: 'The name cannot be looked up now.',
  EACCES: 'The system does not let this user listen there: ports below 1024 are often reserved.',
};

/** An address nobody can listen on, told as a mistake to be put right; `undefined` where the error is about something else. */
export function unusableAddress(error: unknown): CommandError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!('code' in cause && 'syscall' in cause)) continue;
    const isAboutAddress = cause.syscall === 'listen' || cause.syscall === 'getaddrinfo';
    const why = isAboutAddress ? REASONS[String(cause.code)] : undefined;
    if (why === undefined) continue;
    return new CommandError(
      {
        exitCode: EXIT.usage,
        what: `the gateway cannot listen: ${cause.message}`,
        why,
        next: 'give another --host or --port, or correct server.listen: switchyard config get server.listen',
      },
      error,
    );
  }
  return undefined;
}
