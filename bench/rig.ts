import type { GatewayCommand, Subject, SubjectName } from './subjects.ts';
import {
  hasNginx,
  startBare,
  startGateway,
  startNginx,
  startRouted,
  startUnrecorded,
  startUpstream,
} from './subjects.ts';
import type { RunningProgram } from '../test/support/program.ts';

export interface BenchSettings {
  readonly gateway: GatewayCommand;
  /** Everything smaller and shorter. */
  readonly quick: boolean;
  readonly note: (line: string) => void;
}

/** One upstream and everything that is measured in front of it, freshly started. */
export interface Rig {
  readonly upstream: RunningProgram;
  readonly subjects: readonly Subject[];
}

/** Measured values by subject; a subject that could not be started has none. */
export type BySubject = Partial<Record<SubjectName, number>>;

/** Starts an upstream and the named subjects, runs the work, and stops everything whatever happens. */
export async function withRig<T>(
  { gateway, note }: BenchSettings,
  mode: readonly string[],
  names: readonly SubjectName[],
  work: (rig: Rig) => Promise<T>,
): Promise<T> {
  const upstream = await startUpstream(...mode);
  const subjects: Subject[] = [];
  try {
    for (const name of names) {
      const subject = await started(name, upstream.url, gateway).catch((error: unknown) => {
        note(`${name} not measured: ${error instanceof Error ? error.message : String(error)}`);
      });
      if (subject !== undefined) subjects.push(subject);
    }
    return await work({ upstream, subjects });
  } finally {
    for (const subject of subjects) await subject.stop();
    await upstream.stop();
  }
}

async function started(name: SubjectName, upstream: string, gateway: GatewayCommand): Promise<Subject> {
  switch (name) {
    case 'nginx':
      if (!hasNginx()) throw new Error('nginx is not installed (Debian package nginx-light)');
      return startNginx(upstream);
    case 'bare':
      return startBare(upstream);
    case 'routed':
      return startRouted(upstream, gateway);
    case 'unrecorded':
      return startUnrecorded(upstream, gateway);
    default:
      return startGateway(upstream, gateway);
  }
}

/** `value / base` where both were measured. */
export function ratio(values: BySubject, base: SubjectName): number | undefined {
  const { gateway } = values;
  const floor = values[base];
  return gateway === undefined || floor === undefined ? undefined : gateway / floor;
}

/** `nginx 80, bare 170, gateway 190 µs` for the column behind a figure. */
export function listed(values: BySubject, unit: string): string {
  const parts = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  return parts.length === 0 ? '' : `${parts.join(', ')} ${unit}`;
}
