import { z } from 'zod';
import type { SocketAddress } from '../../domain/provider.ts';
import { isIpv6 } from '../values/ip-address.ts';
import { parseSecretReference } from '../values/secret-reference.ts';

/** Value types that only the providers section has. No message repeats the value: a URL may hold a password. */

/** Paths that the format adds itself; a base URL that ends so was copied from a full address. */
const FULL_PATH = /\/(messages|chat\/completions|responses)\/*$/;

export const baseUrlSchema = z
  .string({ error: 'must be a URL such as https://api.example.com' })
  .superRefine((value, check) => {
    const wrong = wrongWithBaseUrl(value);
    if (wrong !== undefined) check.addIssue({ code: 'custom', ...wrong });
  });

function wrongWithBaseUrl(text: string): { message: string; params?: { remedy: string } } | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return {
      message: 'must be an http or https URL',
      params: { remedy: 'Write for example https://api.example.com.' },
    };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'must not hold user or password',
      params: { remedy: 'Write the credential under auth, by reference.' },
    };
  }
  if (url.search !== '' || url.hash !== '') return { message: 'must not have a query or fragment' };
  if (FULL_PATH.test(url.pathname)) {
    return {
      message: 'names a whole endpoint',
      params: {
        remedy:
          'Leave out the last part of the path: the gateway adds /v1/messages or /chat/completions itself.',
      },
    };
  }
  return undefined;
}

/** `none`, a reference, or a proxy URL without a password → unchanged text. */
export const proxySchema = z
  .string({ error: 'must be a URL, none, or env:NAME' })
  .superRefine((value, check) => {
    if (value === 'none' || parseSecretReference(value) !== undefined) return;
    const url = URL.parse(value);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      check.addIssue({ code: 'custom', message: 'must be an http or https URL, none, or env:NAME' });
    } else if (url.username !== '' || url.password !== '') {
      check.addIssue({
        code: 'custom',
        message: 'must not hold user or password',
        params: { remedy: 'Put the whole URL into an environment variable and write env:NAME here.' },
      });
    }
  });

/** `host:port`. */
export const addressSchema = z
  .string({ error: 'must be host:port' })
  .transform((value, check): SocketAddress => {
    const match = /^(?<host>\[[^\]]+\]|[A-Za-z0-9._-]+):(?<port>\d{1,5})$/.exec(value.trim());
    const host = match?.groups?.['host'] ?? '';
    const port = Number(match?.groups?.['port']);
    const isWrongIpv6 = host.startsWith('[') && !isIpv6(host);
    if (match !== null && !isWrongIpv6 && port > 0 && port <= 65_535)
      return { host: host.replace(/^\[|\]$/g, ''), port };
    check.issues.push({ code: 'custom', message: 'must be host:port, as in 10.0.0.5:8443', input: value });
    return z.NEVER;
  });

/** Headers that frame the request: a credential there would break it. */
const FRAMING_HEADERS = new Set([
  'host',
  'content-length',
  'content-type',
  'connection',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'keep-alive',
  'proxy-authorization',
]);

/** A token of RFC 9110 §5.6.2, in lower case. */
export const headerNameSchema = z
  .string({ error: 'must be the name of a header' })
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header')
  .transform((name) => name.toLowerCase())
  .refine((name) => !FRAMING_HEADERS.has(name), 'names a header that cannot carry a credential');

export const schemeSchema = z
  .string({ error: 'must be a word such as Bearer' })
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a word such as Bearer');
