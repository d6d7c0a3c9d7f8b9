import { createHash } from 'node:crypto';
import type { HttpEntry, ServiceCommand } from '../../domain/chain.ts';
import type { Secret } from '../../lib/secret.ts';
import { fillIn, type Placeholders } from '../process/service-command.ts';

/**
 * What makes a running service another one: how it is started and how it is asked. A name, a side or a list of
 * providers can change while it runs. A hash, because keys take part in it.
 */
export function entryFingerprint(entry: HttpEntry, placeholders: Placeholders): string {
  const { service, authKey, extraHeaders } = entry;
  const parts = [
    entry.url,
    entry.healthPath,
    entry.timeout,
    authKey === undefined || authKey === 'missing' ? authKey : authKey.reveal(),
    extraHeaders.map(revealed),
    commandText(service?.start),
    commandText(service?.stop),
    [...(service?.environment ?? [])].map(([name, value]) => revealed({ name, value })),
  ];
  return createHash('sha256')
    .update(fillIn(JSON.stringify(parts), placeholders))
    .digest('hex');
}

function revealed({ name, value }: { readonly name: string; readonly value: Secret }): [string, string] {
  return [name, value.reveal()];
}

function commandText(command: ServiceCommand | undefined): unknown {
  return command === undefined || command.kind === 'shell' ? command?.text : command.words;
}
