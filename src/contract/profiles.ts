import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const overlaySchema = z.record(z.string(), z.json());

const profilesSchema = z.object({
  /** Names the version of the configuration file. */
  etag: z.string(),
  /** The profile in use; `null` is the file without one. */
  active: z.string().nullable(),
  /** What each profile says; secrets are references. */
  profiles: z.array(z.object({ name: z.string(), overlay: overlaySchema })),
});

export type ProfilesBody = z.infer<typeof profilesSchema>;

/** The version that the change was made for; without it, whatever is there is changed. */
const etag = z.string().optional();

export const profilesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/profiles',
  access: 'token',
  summary: 'Other ways to route, by name, and which of them is in use.',
  statuses: [200],
  response: profilesSchema,
});

export const useProfileEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/profiles',
  access: 'token',
  summary: 'Puts a profile into use, in the file and at once; null uses none.',
  statuses: [200],
  body: z.strictObject({ active: nameSchema.nullable(), etag }),
  response: profilesSchema,
});

export const saveProfileEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/profiles/{name}',
  access: 'token',
  summary: 'Writes a profile: what is given, or without it how the file routes now.',
  statuses: [200],
  parameters: z.strictObject({ name: nameSchema }),
  body: z.strictObject({ overlay: overlaySchema.optional(), etag }),
  response: profilesSchema,
});

export const deleteProfileEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/profiles/{name}/delete',
  access: 'token',
  summary: 'Removes a profile that is not in use.',
  statuses: [200],
  parameters: z.strictObject({ name: nameSchema }),
  body: z.strictObject({ etag }),
  response: profilesSchema,
});
