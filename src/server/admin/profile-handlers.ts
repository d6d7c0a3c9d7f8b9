/** The part of the admin API about profiles: sections of the configuration file like any other. */
import type { ConfigChange } from '../../config/edit/config-change.ts';
import {
  deleteProfileChange,
  profileOf,
  saveProfileChange,
  useProfileChange,
} from '../../config/edit/profile-changes.ts';
import { isRawObject, ownValue } from '../../config/layers/raw-value.ts';
import type { EndpointHandlers } from '../../contract/endpoints.ts';
import type { ProfilesBody } from '../../contract/profiles.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ConfigurationFiles } from '../../gateway/configuration/configuration-files.ts';
import { changeFile, requireFiles, type ConfigHandlerInput } from './config-handlers.ts';

type ProfileHandlers = Pick<
  EndpointHandlers<unknown>,
  'profiles' | 'useProfile' | 'saveProfile' | 'deleteProfile'
>;

export function createProfileHandlers({ configuration, files }: ConfigHandlerInput): ProfileHandlers {
  const describe = (): ProfilesBody => {
    const { etag, values = {} } = requireFiles(files).read();
    const profiles = ownValue(values, 'profiles');
    const names = isRawObject(profiles) ? Object.keys(profiles) : [];
    return {
      etag,
      active: configuration.snapshot().profile ?? null,
      // JSON without readonly.
      profiles: names.map((name) => ({
        name,
        overlay: (profileOf(values, name) ?? {}) as Record<string, never>,
      })),
    };
  };
  const change = async (changes: readonly ConfigChange[], etag: string | undefined) => {
    await changeFile(requireFiles(files), changes, etag);
    return { status: 200, body: describe() };
  };
  return {
    profiles: () => ({ status: 200, body: describe() }),
    useProfile: (_, { body }) => {
      if (body.active !== null) requireProfile(requireFiles(files), body.active);
      return change([useProfileChange(body.active ?? undefined)], body.etag);
    },
    saveProfile: (_, { parameters: { name }, body }) => {
      const { values = {} } = requireFiles(files).read();
      return change([saveProfileChange(values, name, body.overlay)], body.etag);
    },
    deleteProfile: (_, { parameters: { name }, body }) => {
      const { values = {} } = requireFiles(files).read();
      requireProfile(requireFiles(files), name);
      const removal = deleteProfileChange(values, name);
      return change(removal === undefined ? [] : [removal], body.etag);
    },
  };
}

function requireProfile(files: ConfigurationFiles, name: string): void {
  const { values = {} } = files.read();
  if (profileOf(values, name) === undefined)
    throw new GatewayError('unknown_profile', `There is no profile ${name}.`);
}
