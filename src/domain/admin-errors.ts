import type { ErrorRow } from './error-row.ts';

/** The rows of the error table that only the admin API answers with. */
export const ADMIN_ERRORS = {
  bad_query: {
    kind: 'invalid_request',
    blame: 'client',
    retryable: false,
    meaning: 'A parameter of an admin request is unknown, given twice, or not what it should be.',
    remedy: 'Correct the parameter the message names.',
  },
  not_recorded: {
    kind: 'not_found',
    blame: 'client',
    retryable: false,
    meaning: 'The ledger has no exchange of this id.',
    remedy:
      'Take the id from the header x-switchyard-exchange; old ones are deleted after store.keep_days days.',
  },
  ledger_unavailable: {
    kind: 'overloaded',
    blame: 'gateway',
    retryable: true,
    meaning: 'The ledger cannot be asked: it is switched off or out of order. Traffic goes on.',
    remedy: 'See `switchyard status` for the reason.',
  },
  config_read_only: {
    kind: 'forbidden',
    blame: 'client',
    retryable: false,
    meaning:
      'A change over HTTP touches a setting that only the file can change: a command, a script, a path, an address, a key.',
    remedy: 'Change it in the file, or with `switchyard config set` on the machine of the gateway.',
  },
  config_stale: {
    kind: 'conflict',
    blame: 'client',
    retryable: false,
    meaning: 'The configuration file has changed since the version that the change was made for.',
    remedy: 'Read the configuration again, make the change again, and send its new etag.',
  },
  config_refused: {
    kind: 'invalid_request',
    blame: 'client',
    retryable: false,
    meaning: 'The configuration could not be served with this change, so it was not written.',
    remedy: 'Correct what the message names.',
  },
  config_unwritable: {
    kind: 'internal',
    blame: 'gateway',
    retryable: false,
    meaning: 'The configuration file cannot be read or written.',
    remedy: 'See the permissions of the file and of its folder, and the space on the disk.',
  },
  admin_token_required: {
    kind: 'authentication',
    blame: 'client',
    retryable: false,
    meaning: 'This route of the admin API needs the admin token.',
    remedy: 'Send "Authorization: Bearer" with the output of `switchyard token`.',
  },
} as const satisfies Record<string, ErrorRow>;
