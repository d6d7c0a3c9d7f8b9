import { fileState, runSystemCommand } from '../../services/apply-plan.ts';
import type { ServicePlan } from '../../services/service-program.ts';
import { UnwritableService } from '../../services/service-program.ts';
import { CommandError } from '../command-error.ts';
import { planService } from '../service/service-plan.ts';
import type { Environment } from '../terminal.ts';
import type { Finding } from './finding.ts';

/** Whether a service of this user that is installed runs, too; nothing where none is installed. */
export async function checkService(environment: Environment): Promise<Finding[]> {
  const plan = planIfAny(environment);
  if (plan === undefined || fileState(plan.file) === 'missing') return [];
  const { ok, said } = await runSystemCommand(plan.status);
  if (ok) return [{ check: 'service', status: 'ok', what: `${plan.system} runs it` }];
  return [
    {
      check: 'service',
      status: 'warn',
      what: `it is installed with ${plan.system} and does not run: ${said.split('\n')[0] ?? ''}`,
      next: 'switchyard service status says where its log is; switchyard service install writes it anew',
    },
  ];
}

/** Some systems have none, and some paths cannot stand in a service file: nothing is installed there. */
function planIfAny(environment: Environment): ServicePlan | undefined {
  try {
    return planService({}, environment);
  } catch (error) {
    if (error instanceof CommandError || error instanceof UnwritableService) return undefined;
    throw error;
  }
}
