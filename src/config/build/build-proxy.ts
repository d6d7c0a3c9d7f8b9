import type { OutboundProxy } from '../../domain/provider.ts';
import type { KeyPath } from '../layers/key-path.ts';
import { parseProxyUrl, proxyFromEnvironment } from '../values/outbound-proxy.ts';
import { addressOf, isOwnAddress } from '../values/own-address.ts';
import type { CompleteProvider } from '../schema/config-schema.ts';
import { parseSecretReference } from '../values/secret-reference.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** The outbound proxy a provider is reached through: its own setting, else what the environment says. */
export function chooseProxy(
  build: SnapshotBuild,
  name: string,
  { provider, url }: { readonly provider: CompleteProvider; readonly url: URL },
): OutboundProxy | undefined {
  const setting = provider.proxy;
  if (setting === 'none') return undefined;
  if (setting !== undefined) return configuredProxy(build, ['providers', name, 'proxy'], setting);
  // A redirected socket already says where to connect; sending it through a proxy would undo that.
  return provider.connect_to === undefined ? environmentProxy(build, ['providers', name], url) : undefined;
}

/** What HTTPS_PROXY or HTTP_PROXY say of a URL; the gateway itself is never its own proxy. */
export function environmentProxy(build: SnapshotBuild, path: KeyPath, url: URL): OutboundProxy | undefined {
  const choice = proxyFromEnvironment(url, build.input.environment);
  if (choice === undefined) return undefined;
  const parsed = parseProxyUrl(choice.url);
  const isSelf = parsed !== undefined && isOwnAddress(addressOf(parsed.url), build.own);
  if (parsed !== undefined && !isSelf) return parsed.proxy;
  const why = isSelf ? 'points at this gateway itself' : 'is not the URL of an HTTP proxy';
  build.warn(path, `goes out directly: the variable ${choice.variable} ${why}`, '');
  return undefined;
}

function configuredProxy(build: SnapshotBuild, path: KeyPath, setting: string): OutboundProxy | undefined {
  const resolved = parseSecretReference(setting) === undefined ? undefined : build.input.secrets.get(setting);
  if (resolved?.kind === 'missing') {
    build.error(path, `leads to no proxy: ${resolved.reason}`, 'Set it, or remove the setting.');
    return undefined;
  }
  const parsed = parseProxyUrl(resolved === undefined ? setting : resolved.value.reveal());
  if (parsed === undefined) {
    build.error(
      path,
      'does not lead to the URL of an HTTP proxy',
      'Write for example http://proxy.example:3128.',
    );
    return undefined;
  }
  if (!isOwnAddress(addressOf(parsed.url), build.own)) return parsed.proxy;
  build.error(path, 'is the address of this gateway itself', 'Name the proxy here, or write none.');
  return undefined;
}
