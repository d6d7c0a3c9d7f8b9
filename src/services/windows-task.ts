import { quoteForWindows } from '../lib/windows-words.ts';
import { win32 } from 'node:path';
import type { ServicePlan, ServiceProgram } from './service-program.ts';
import { xmlText } from './xml-text.ts';

/** The name that people and their scripts know it by. */
const TASK_NAME = 'Claude Code Proxy Auto-Start';

/** How the Task Scheduler runs the gateway: at boot, whether anybody is logged in or not, as this user. */
export function windowsTaskPlan(
  program: ServiceProgram,
  { stateDirectory, logFile }: { readonly stateDirectory: string; readonly logFile: string },
): ServicePlan {
  const path = win32.join(stateDirectory, 'autostart-task.xml');
  return {
    system: 'task scheduler',
    file: { path, text: windowsTask(program), encoding: 'utf16le' },
    clear: [],
    install: [
      ['schtasks', '/Create', '/TN', TASK_NAME, '/XML', path, '/F'],
      ['schtasks', '/Run', '/TN', TASK_NAME],
    ],
    uninstall: [
      ['schtasks', '/End', '/TN', TASK_NAME],
      ['schtasks', '/Delete', '/TN', TASK_NAME, '/F'],
    ],
    forget: [],
    status: ['schtasks', '/Query', '/TN', TASK_NAME],
    notes: [
      `What it says: ${logFile}`,
      'A task that starts at boot may be made only in a terminal that runs as administrator.',
    ],
  };
}

/** The task as XML. S4U runs it without a login and without a stored password. */
export function windowsTask({ node, words, user, home }: ServiceProgram): string {
  const line = words.map(quoteForWindows).join(' ');
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Switchyard, a model gateway for coding agents</Description>
    <URI>\\${TASK_NAME}</URI>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xmlText(user)}</UserId>
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>3</Count>
    </RestartOnFailure>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(node)}</Command>
      <Arguments>${xmlText(line)}</Arguments>
      <WorkingDirectory>${xmlText(home)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
`;
}
