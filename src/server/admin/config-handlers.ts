/** The part of the admin API that shows the configuration and changes its file. */
import { localSettingsIn } from '../../config/edit/local-settings.ts';
import type { ConfigChange } from '../../config/edit/config-change.ts';
import { diffValues } from '../../config/edit/diff-values.ts';
import { formatKeyPath } from '../../config/layers/key-path.ts';
import { formatSource } from '../../config/problems/problem.ts';
import type { RawObject } from '../../config/layers/raw-value.ts';
import { configJsonSchema, type JsonSchema } from '../../config/schema/json-schema.ts';
import type { ConfigBody, ConfigChanged } from '../../contract/config.ts';
import type { EndpointHandlers, InputOf } from '../../contract/endpoints.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ConfigurationFiles } from '../../gateway/configuration/configuration-files.ts';
import type { CurrentConfiguration } from '../../gateway/configuration/current-configuration.ts';

export interface ConfigHandlerInput {
  readonly configuration: Pick<CurrentConfiguration, 'snapshot' | 'needsRestart'>;
  readonly files: ConfigurationFiles | undefined;
}

export function createConfigHandlers({
  configuration,
  files,
}: ConfigHandlerInput): Pick<EndpointHandlers<unknown>, 'config' | 'changeConfig'> {
  return {
    config: () => ({ status: 200, body: describe(requireFiles(files), configuration) }),
    changeConfig: async (_, { body }) => {
      const open = requireFiles(files);
      const file = open.read();
      return { status: 200, body: await changeFile(open, changesOf(body, file.values ?? {}), body.etag) };
    },
  };
}

/** A gateway that was not started from files has nothing to edit. */
export function requireFiles(files: ConfigurationFiles | undefined): ConfigurationFiles {
  if (files !== undefined) return files;
  throw new GatewayError('config_unwritable', 'This gateway was not started from a configuration file.');
}

/**
 * Makes changes that came over HTTP.
 * @throws GatewayError `config_read_only`, `config_stale`, `config_refused`, `config_unwritable`
 */
export async function changeFile(
  files: ConfigurationFiles,
  changes: readonly ConfigChange[],
  etag: string | undefined,
): Promise<ConfigChanged> {
  const before = files.read();
  if (etag !== undefined && etag !== before.etag) throw stale(before.etag);
  const local = localSettingsIn(schema(), before.values ?? {}, changes);
  if (local.length > 0) {
    const names = local.map(formatKeyPath).join(', ');
    throw new GatewayError('config_read_only', `${names} cannot be changed over HTTP.`);
  }
  return writeChanges(files, changes, before.etag);
}

/**
 * Makes changes that were looked through already: none of them touches what only the file may say.
 * @throws GatewayError `config_stale`, `config_refused`, `config_unwritable`
 */
export async function writeChanges(
  files: ConfigurationFiles,
  changes: readonly ConfigChange[],
  etag: string | undefined,
): Promise<ConfigChanged> {
  const { edited, reloaded } = await editOrExplain(files, changes, etag);
  if (edited.kind === 'stale') throw stale(edited.etag);
  if (edited.kind === 'refused') throw new GatewayError('config_refused', edited.reasons.join('\n'));
  if (reloaded?.kind === 'refused') throw new GatewayError('config_refused', reloaded.reasons.join('\n'));
  const { configuration } = files;
  const needsRestart = [...configuration.needsRestart];
  return { etag: edited.etag, version: configuration.snapshot().version, needs_restart: needsRestart };
}

async function editOrExplain(files: ConfigurationFiles, changes: readonly ConfigChange[], etag?: string) {
  try {
    return await files.edit({ changes }, etag);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new GatewayError('config_unwritable', `${files.path} cannot be written: ${code}.`, { cause });
  }
}

function stale(etag: string): GatewayError {
  return new GatewayError('config_stale', `The configuration file has changed; its etag is ${etag} now.`);
}

function changesOf(body: InputOf<'changeConfig'>['body'], before: RawObject): readonly ConfigChange[] {
  if ('values' in body) return diffValues(before, body.values);
  return body.changes.map((change): ConfigChange =>
    'remove' in change
      ? { kind: 'remove', path: change.path }
      : { kind: 'set', path: change.path, value: change.value },
  );
}

function describe(files: ConfigurationFiles, configuration: ConfigHandlerInput['configuration']): ConfigBody {
  const { etag, values } = files.read();
  return {
    file: files.path,
    etag,
    version: configuration.snapshot().version,
    // JSON without readonly.
    values: values === undefined ? null : (values as ConfigBody['values']),
    settings: files.settings.leaves.map(({ path, value, source }) => ({
      path: [...path],
      value: value as ConfigBody['settings'][number]['value'], // As above.
      source: formatSource(source),
    })),
    read_only: localPatterns(schema()),
    needs_restart: [...configuration.needsRestart],
  };
}

let known: JsonSchema | undefined;

/** Making it takes some milliseconds, which only those pay who use it. */
function schema(): JsonSchema {
  known ??= configJsonSchema();
  return known;
}

function localPatterns(at: JsonSchema, path = ''): string[] {
  if (at.localOnly === true) return [path];
  const named = Object.entries(at.properties ?? {}).flatMap(([key, child]) =>
    localPatterns(child, path === '' ? key : `${path}.${key}`),
  );
  const anyName =
    typeof at.additionalProperties === 'object' ? localPatterns(at.additionalProperties, `${path}.*`) : [];
  const items = at.items === undefined ? [] : localPatterns(at.items, `${path}[*]`);
  const branches = [...(at.anyOf ?? []), ...(at.oneOf ?? [])].flatMap((branch) =>
    localPatterns(branch, path),
  );
  return [...new Set([...named, ...anyName, ...items, ...branches])];
}
