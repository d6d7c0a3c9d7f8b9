import { originOf } from '../../domain/origin.ts';
import type { OutboundProxy } from '../../domain/provider.ts';
import { Secret } from '../../lib/secret.ts';
import { bypassesProxy } from './no-proxy.ts';
import { addressOf } from './own-address.ts';

/** Which proxy the environment wants for a URL, and which variable said so. */
export interface ProxyChoice {
  readonly variable: string;
  readonly url: string;
}

/** Reads HTTPS_PROXY or HTTP_PROXY, by the URL's scheme, and NO_PROXY. Lower-case names win, as in curl. */
export function proxyFromEnvironment(
  target: URL,
  environment: Readonly<Record<string, string | undefined>>,
): ProxyChoice | undefined {
  const noProxy = environment['no_proxy'] ?? environment['NO_PROXY'];
  if (bypassesProxy(addressOf(target), noProxy)) return undefined;
  const upper = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = [upper.toLowerCase(), upper].find((name) => (environment[name] ?? '').trim() !== '');
  return variable === undefined ? undefined : { variable, url: (environment[variable] ?? '').trim() };
}

/**
 * Reads a proxy URL; `proxy.example:3128` means http.
 * @returns `undefined` when it is no URL of an HTTP proxy (SOCKS included)
 */
export function parseProxyUrl(
  text: string,
): { readonly url: URL; readonly proxy: OutboundProxy } | undefined {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined;
  const hasUser = url.username !== '' || url.password !== '';
  return {
    url,
    proxy: { origin: originOf(url), authorization: hasUser ? basicAuthorization(url) : undefined },
  };
}

function basicAuthorization(url: URL): Secret {
  const pair = `${decode(url.username)}:${decode(url.password)}`;
  return new Secret(`Basic ${Buffer.from(pair, 'utf8').toString('base64')}`);
}

/** A stray percent sign in a password is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
