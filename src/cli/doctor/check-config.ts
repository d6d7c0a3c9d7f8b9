import { formatProblem } from '../../config/problems/problem.ts';
import type { LoadedConfig } from '../../config-io/load-config.ts';
import type { Finding } from './finding.ts';

export function checkConfig(loaded: LoadedConfig): Finding[] {
  const place = loaded.fileExists ? loaded.file : 'none: pass-through to Anthropic';
  if (loaded.problems.length === 0) return [{ check: 'config', status: 'ok', what: place }];
  return loaded.problems.map((problem) => ({
    check: 'config',
    status: problem.severity === 'error' ? 'fail' : 'warn',
    what: formatProblem(problem),
    next: 'switchyard config check',
  }));
}

/** Names of references and whether something is there; never what. */
export function checkCredentials({ secrets }: LoadedConfig): Finding[] {
  if (secrets.size === 0) return [{ check: 'credentials', status: 'ok', what: 'none are referred to' }];
  return [...secrets].map(([reference, state]) =>
    state === 'present'
      ? { check: 'credentials', status: 'ok', what: `${reference} is set` }
      : {
          check: 'credentials',
          status: 'fail',
          what: `${reference} is not set here`,
          next: `set it where the gateway starts, or in the .env beside switchyard.yaml`,
        },
  );
}
