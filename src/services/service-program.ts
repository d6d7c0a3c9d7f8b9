/** The gateway as a service of the operating system: what is started, as whom, and where it writes. */
export interface ServiceProgram {
  /** The Node that runs it, absolute. */
  readonly node: string;
  /** What stands behind it: the launcher, `start` and its flags. */
  readonly words: readonly string[];
  /** Variables beyond those the system gives; never a key, which belongs into the `.env` beside the configuration. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly home: string;
  /** For the whole machine, started by the system itself, instead of for this user alone. */
  readonly system: boolean;
}

/** A program and its words. */
export type ServiceCommandLine = readonly [string, ...string[]];

export interface ServiceFile {
  readonly path: string;
  readonly text: string;
  readonly encoding: 'utf8' | 'utf16le';
}

/** Everything that installing, removing and looking come to on one system. */
export interface ServicePlan {
  readonly system: 'systemd' | 'launchd' | 'task scheduler';
  readonly file: ServiceFile;
  /** Run before the file is taken up, in case an earlier one is; that they fail is no matter. */
  readonly clear: readonly ServiceCommandLine[];
  readonly install: readonly ServiceCommandLine[];
  /** Run before the file is removed. */
  readonly uninstall: readonly ServiceCommandLine[];
  /** Run after it was removed. */
  readonly forget: readonly ServiceCommandLine[];
  /** Its exit code says whether the service is there and well. */
  readonly status: ServiceCommandLine;
  /** What the person should know, as sentences. */
  readonly notes: readonly string[];
}

/** Why a program cannot be written into a service file of this system. */
export class UnwritableService extends Error {
  override readonly name = 'UnwritableService';
}
