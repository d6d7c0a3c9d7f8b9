import type { Provider } from '../../src/domain/provider.ts';
import { FORMATS, type Format } from '../../src/domain/format.ts';
import { originOf } from '../../src/domain/origin.ts';
import { Secret } from '../../src/lib/secret.ts';
import { usualHeader } from '../../src/providers/descriptor.ts';
import { exampleProvider } from './example-provider.ts';
import { startInProcess, type InProcessGateway, type SnapshotChanges } from './in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './scripted-upstream.ts';

/** A gateway in front of one upstream that is a provider of every format; the name of the model chooses which. */
export interface FourFormats {
  readonly gateway: InProcessGateway;
  readonly upstream: ScriptedUpstream;
  close(): Promise<void>;
}

export const UPSTREAM_KEY = 'key-of-the-upstream';

/** The model that leads to the provider of this format. */
export function modelAt(format: Format): string {
  return `model-${format}`;
}

export async function startFourFormats(
  changes: Partial<Provider> = {},
  { moreRoutes, ...more }: Partial<SnapshotChanges> & { moreRoutes?: SnapshotChanges['routes'] } = {},
): Promise<FourFormats> {
  const upstream = await startScriptedUpstream();
  const providers = FORMATS.map((format) => {
    const { name, scheme } = usualHeader(format);
    return exampleProvider({
      name: `at-${format}`,
      format,
      origin: originOf(new URL(upstream.url)),
      auth: { kind: 'secret', header: name, scheme, secret: new Secret(UPSTREAM_KEY) },
      ...changes,
    });
  });
  const mappings = FORMATS.map((format) => ({
    match: modelAt(format),
    targets: [{ provider: `at-${format}`, model: `served-${format}` }] as const,
  }));
  const gateway = await startInProcess({ providers, routes: { mappings, ...moreRoutes }, ...more });
  return {
    gateway,
    upstream,
    close: async () => {
      await gateway.stop();
      await upstream.close();
    },
  };
}
