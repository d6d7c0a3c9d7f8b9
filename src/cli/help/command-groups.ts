/** Under which heading of `switchyard --help` a command stands; headings in the order in which one meets them. */
export const COMMAND_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Set up': [
    'init',
    'doctor',
    'import',
    'connect',
    'disconnect',
    'clients',
    'shell-init',
    'statusline',
    'completion',
    'demo',
  ],
  Run: ['start', 'stop', 'restart', 'status', 'logs', 'run', 'env', 'chain', 'proxies', 'service'],
  'See what happened': [
    'ok',
    'tail',
    'req',
    'usage',
    'export',
    'explain',
    'capture',
    'tracing',
    'alerts',
    'compare',
  ],
  Steer: ['routes', 'profile', 'models', 'mode', 'breakers', 'pause', 'resume'],
  Administer: ['config', 'keys', 'token', 'version'],
};

/** The heading of a command; `undefined` for one that nobody has put anywhere. */
export function groupOf(command: string): string | undefined {
  return Object.keys(COMMAND_GROUPS).find((group) => COMMAND_GROUPS[group]?.includes(command));
}
