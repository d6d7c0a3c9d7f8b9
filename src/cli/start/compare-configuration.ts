import type { ConfigurationSummary } from '../../contract/status.ts';
import { configurationPlace, formatRoutes } from '../format-status.ts';

/**
 * What two configurations differ in, as lines `- running` and `+ wanted`. Empty when they have the same
 * version. When the routes are equal, the difference lies in something a summary does not show, and a line
 * says so.
 */
export function compareConfigurations(running: ConfigurationSummary, wanted: ConfigurationSummary): string[] {
  if (running.version === wanted.version) return [];
  const before = describe(running);
  const after = describe(wanted);
  const lines = [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
  if (lines.length > 0) return lines;
  return [`same routes, but other settings differ (version ${running.version}, wanted ${wanted.version})`];
}

function describe(configuration: ConfigurationSummary): string[] {
  const routes = formatRoutes(configuration).map((line) => line.trim());
  return [`config   ${configurationPlace(configuration)}`, ...routes];
}
