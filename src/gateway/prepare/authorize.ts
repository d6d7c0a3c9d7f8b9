import { Secret } from '../../lib/secret.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { BoundCredential, CallerCredential } from '../../domain/credential.ts';
import { GatewayError } from '../../domain/errors.ts';
import { ANTHROPIC_ORIGIN, originOf, type Origin } from '../../domain/origin.ts';
import type { Provider } from '../../domain/provider.ts';
import { usualHeader } from '../../providers/descriptor.ts';

/** Keys whose prefix tells their vendor: they go to the vendor's origin or nowhere. */
const VENDOR_PREFIXES: readonly (readonly [prefix: string, origin: Origin])[] = [
  ['sk-ant-oat', ANTHROPIC_ORIGIN],
  ['sk-or-', originOf(new URL('https://openrouter.ai'))],
];

/**
 * Keys of Google, OpenAI, Groq and xAI. Their programs ask for paths that the gateway passes on to Anthropic
 * (`/v1/embeddings`, `/v1beta/models`), and their keys must not go along.
 */
const NOT_ANTHROPICS = /^(?:AIza|ya29\.|sk-proj-|gsk_|xai-)/;

/**
 * The credential rule: which one credential goes with a request to this provider, bound to the provider's
 * origin. Nothing of what the caller sent is used unless the provider is configured for it.
 * @throws GatewayError `credential_not_for_origin`, `upstream_credential_missing`
 */
export function authorize(provider: Provider, caller: CallerCredential | undefined): BoundCredential {
  const { auth, origin } = provider;
  switch (auth.kind) {
    case 'none':
      return { origin, owner: 'none', headers: provider.extraHeaders };
    case 'missing':
      throw new GatewayError(
        'upstream_credential_missing',
        `The provider ${provider.name} takes its credential from ${auth.reference}, which is not set.`,
      );
    case 'secret': {
      const value =
        auth.scheme === undefined ? auth.secret : new Secret(`${auth.scheme} ${auth.secret.reveal()}`);
      return { origin, owner: 'gateway', headers: [{ name: auth.header, value }, ...provider.extraHeaders] };
    }
    case 'caller':
      return { origin, owner: 'caller', headers: callerHeaders(provider, caller) };
    default:
      return assertNever(auth);
  }
}

/**
 * The same credential in the header that a provider of another format than the caller's reads keys from. A login
 * stays in its own: it is no key.
 */
export function headersFor(provider: Provider, credential: BoundCredential): BoundCredential['headers'] {
  const [first] = credential.headers;
  if (provider.auth.kind !== 'caller' || first === undefined) return credential.headers;
  const token = first.value.reveal().replace(/^bearer\s+/i, '');
  if (token.startsWith('sk-ant-oat')) return credential.headers;
  const { name, scheme } = usualHeader(provider.format);
  return [{ name, value: new Secret(scheme === undefined ? token : `${scheme} ${token}`) }];
}

function callerHeaders(provider: Provider, caller: CallerCredential | undefined): BoundCredential['headers'] {
  if (caller === undefined) return [];
  const { origin } = provider;
  const isMisplacedLogin = caller.kind === 'oauth' && origin !== ANTHROPIC_ORIGIN;
  if (isMisplacedLogin || isForeign(origin, caller)) {
    throw new GatewayError(
      'credential_not_for_origin',
      `The provider ${provider.name} takes the caller's own credential, but the one sent belongs to another origin than ${origin}.`,
    );
  }
  return caller.headers;
}

function isForeign(origin: Origin, caller: CallerCredential): boolean {
  return caller.headers.some(({ value }) => {
    const token = value.reveal().replace(/^bearer\s+/i, '');
    if (origin === ANTHROPIC_ORIGIN && NOT_ANTHROPICS.test(token)) return true;
    return VENDOR_PREFIXES.some(([prefix, home]) => token.startsWith(prefix) && origin !== home);
  });
}
