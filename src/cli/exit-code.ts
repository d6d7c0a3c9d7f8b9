/** What the process tells its caller. `run` passes on the exit code of the program it started instead. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  notRunning: 3,
  authenticationNeeded: 4,
  degraded: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
