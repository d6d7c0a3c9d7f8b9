/** The environment of a helper service. Pure: what the gateway has in, what the service may see out. */

/** Names that say where things are and in which language, and never hold a key. */
const HARMLESS = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
]);

/** What Windows programs do not start without; names there know no case. */
const HARMLESS_ON_WINDOWS = new Set([
  ...HARMLESS,
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
]);

const HARMLESS_FAMILIES = /^(?:LC_[A-Z]+|XDG_[A-Z]+_(?:HOME|DIR))$/;

/** Carried by a service and everything it starts, so that what runs away from its group can still be found. */
export const MARK_VARIABLE = 'SWITCHYARD_CHAIN_MARK';

export interface ServiceEnvironmentInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The entry's own variables; they win. */
  readonly own: Readonly<Record<string, string>>;
  readonly mark: string;
}

/**
 * An allow-list, not a list of secrets: a variable nobody thought of stays with the gateway. Proxies are not handed
 * on either; their URLs hold passwords, and a helper beside the gateway is reached directly.
 */
export function serviceEnvironment(input: ServiceEnvironmentInput): Record<string, string> {
  const { environment, platform, own, mark } = input;
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && isHarmless(name, platform)) result[name] = value;
  return { ...result, ...own, [MARK_VARIABLE]: mark };
}

function isHarmless(name: string, platform: NodeJS.Platform): boolean {
  if (HARMLESS_FAMILIES.test(name)) return true;
  return platform === 'win32' ? HARMLESS_ON_WINDOWS.has(name.toUpperCase()) : HARMLESS.has(name);
}
