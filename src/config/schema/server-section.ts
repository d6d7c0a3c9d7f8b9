import { z } from 'zod';
import type { SocketAddress } from '../../domain/provider.ts';
import { parseListenAddress } from '../values/listen-address.ts';
import { documented, field } from './field.ts';
import { byteSizeSchema, durationSchema, secretReferenceSchema } from './scalars.ts';

const LISTEN_ERROR = 'must be an address and port such as 127.0.0.1:8082, or a list of them';

/** Text, port number or a list of both → socket addresses, without repetition. */
const listenSchema = z
  .union([z.string(), z.int(), z.array(z.union([z.string(), z.int()], { error: LISTEN_ERROR }))], {
    error: LISTEN_ERROR,
  })
  .transform((value, check): readonly SocketAddress[] => {
    const entries = Array.isArray(value) ? value : [value];
    const found = new Map<string, SocketAddress>();
    if (entries.length === 0)
      check.issues.push({ code: 'custom', message: 'must name at least one address', input: value });
    entries.forEach((entry, index) => {
      const addresses = parseListenAddress(String(entry));
      if ('wrong' in addresses) {
        const path = Array.isArray(value) ? [index] : [];
        check.issues.push({ code: 'custom', message: addresses.wrong, input: value, path });
        return;
      }
      for (const address of addresses) found.set(`${address.host} ${address.port}`, address);
    });
    return [...found.values()];
  });

const clientKeySchema = z.strictObject({
  name: documented(z.string().min(1, 'must not be empty'), {
    meaning: 'Who uses the key, as it appears in logs.',
    example: 'laptop',
  }),
  secret: documented(secretReferenceSchema, {
    meaning: 'Where the key is kept. A key that begins with sy- may also travel as x-api-key or Bearer.',
    example: 'env:SWITCHYARD_KEY_LAPTOP',
  }),
});

export const serverClocksSchema = z.strictObject({
  client_headers: field(durationSchema, {
    meaning: 'How long a client may take to send its request headers.',
    default: '10s',
  }),
  client_body: field(durationSchema, {
    meaning: 'How long a client may take to send its request body.',
    default: '60s',
  }),
  client_write_stall: field(durationSchema, {
    meaning: 'How long a client may leave an answer unread before its connection is closed.',
    default: '120s',
  }),
  keep_alive: field(durationSchema, {
    meaning: 'How long an idle client connection stays open for the next request.',
    default: '65s',
  }),
  drain: field(durationSchema, {
    meaning:
      'How long running answers may go on after the gateway was told to stop; with 0 as long as they take. A second signal cuts them off at once, and a service manager has a limit of its own (90 s in the units of switchyard service).',
    default: '60s',
  }),
});

export const serverSchema = z.strictObject({
  listen: field(listenSchema, {
    localOnly: true,
    meaning:
      'Where the gateway listens: address:port, one or a list. A port alone, and the name localhost, mean both loopback addresses. Addresses beyond this machine need client keys (switchyard keys create).',
    default: ['127.0.0.1:8082', '[::1]:8082'],
    example: '192.168.1.20:8082',
  }),
  max_body_bytes: field(byteSizeSchema, {
    meaning: 'The largest request body that is accepted, after decompression. Bytes, or with a unit.',
    default: '32MiB',
  }),
  max_exchanges: field(z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1'), {
    meaning: 'How many requests may be in progress at once; more are answered as overloaded.',
    default: 5000,
  }),
  allowed_hosts: field(z.array(z.string().min(1, 'must not be empty')), {
    localOnly: true,
    meaning:
      "Names, besides the gateway's own addresses, that clients may use in the Host header. Protects against web pages that rebind DNS.",
    default: [],
    example: ['gateway.home.arpa'],
  }),
  client_keys: field(z.array(clientKeySchema), {
    localOnly: true,
    meaning: 'Keys that clients on other machines must present, besides those that switchyard keys makes.',
    default: [],
    example: [{ name: 'laptop', secret: 'env:SWITCHYARD_KEY_LAPTOP' }],
  }),
  clocks: field(serverClocksSchema, { meaning: 'How long clients are waited for. 0 switches a clock off.' }),
});
