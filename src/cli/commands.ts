import type { Command } from 'commander';

interface CommandEntry {
  readonly name: string;
  /** Loads the command's file and gives the function that adds it to the program. */
  readonly load: () => Promise<(program: Command) => void>;
}

/** Every command, in the order of the help. Only the one that is asked for is loaded. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'init', load: async () => (await import('./commands/init.ts')).registerInitCommand },
  { name: 'doctor', load: async () => (await import('./commands/doctor.ts')).registerDoctorCommand },
  { name: 'import', load: async () => (await import('./commands/import.ts')).registerImportCommand },
  { name: 'start', load: async () => (await import('./commands/start.ts')).registerStartCommand },
  { name: 'stop', load: async () => (await import('./commands/stop.ts')).registerStopCommand },
  { name: 'restart', load: async () => (await import('./commands/restart.ts')).registerRestartCommand },
  { name: 'status', load: async () => (await import('./commands/status.ts')).registerStatusCommand },
  { name: 'logs', load: async () => (await import('./commands/logs.ts')).registerLogsCommand },
  { name: 'run', load: async () => (await import('./commands/run.ts')).registerRunCommand },
  { name: 'env', load: async () => (await import('./commands/env.ts')).registerEnvCommand },
  { name: 'connect', load: async () => (await import('./commands/connect.ts')).registerConnectCommand },
  {
    name: 'disconnect',
    load: async () => (await import('./commands/disconnect.ts')).registerDisconnectCommand,
  },
  {
    name: 'shell-init',
    load: async () => (await import('./commands/shell-init.ts')).registerShellInitCommand,
  },
  {
    name: 'statusline',
    load: async () => (await import('./commands/statusline.ts')).registerStatuslineCommand,
  },
  { name: 'clients', load: async () => (await import('./commands/clients.ts')).registerClientsCommand },
  { name: 'ok', load: async () => (await import('./commands/ok.ts')).registerOkCommand },
  { name: 'usage', load: async () => (await import('./commands/usage.ts')).registerUsageCommand },
  { name: 'req', load: async () => (await import('./commands/req.ts')).registerReqCommand },
  { name: 'capture', load: async () => (await import('./commands/capture.ts')).registerCaptureCommand },
  { name: 'tail', load: async () => (await import('./commands/tail.ts')).registerTailCommand },
  { name: 'export', load: async () => (await import('./commands/export.ts')).registerExportCommand },
  { name: 'explain', load: async () => (await import('./commands/explain.ts')).registerExplainCommand },
  { name: 'breakers', load: async () => (await import('./commands/breakers.ts')).registerBreakersCommand },
  { name: 'mode', load: async () => (await import('./commands/mode.ts')).registerModeCommand },
  { name: 'compare', load: async () => (await import('./commands/compare.ts')).registerCompareCommand },
  { name: 'pause', load: async () => (await import('./commands/pause.ts')).registerPauseCommand },
  { name: 'resume', load: async () => (await import('./commands/pause.ts')).registerResumeCommand },
  { name: 'tracing', load: async () => (await import('./commands/tracing.ts')).registerTracingCommand },
  { name: 'keys', load: async () => (await import('./commands/keys.ts')).registerKeysCommand },
  { name: 'alerts', load: async () => (await import('./commands/alerts.ts')).registerAlertsCommand },
  { name: 'token', load: async () => (await import('./commands/token.ts')).registerTokenCommand },
  { name: 'models', load: async () => (await import('./commands/models.ts')).registerModelsCommand },
  { name: 'routes', load: async () => (await import('./commands/routes.ts')).registerRoutesCommand },
  { name: 'profile', load: async () => (await import('./commands/profile.ts')).registerProfileCommand },
  { name: 'config', load: async () => (await import('./commands/config.ts')).registerConfigCommand },
  { name: 'chain', load: async () => (await import('./commands/chain.ts')).registerChainCommand },
  { name: 'proxies', load: async () => (await import('./commands/chain.ts')).registerProxiesCommand },
  { name: 'service', load: async () => (await import('./commands/service.ts')).registerServiceCommand },
  { name: 'demo', load: async () => (await import('./commands/demo.ts')).registerDemoCommand },
  {
    name: 'completion',
    load: async () => (await import('./commands/completion.ts')).registerCompletionCommand,
  },
  { name: 'version', load: async () => (await import('./commands/version.ts')).registerVersionCommand },
];
