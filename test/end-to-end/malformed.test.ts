import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { corpus, slowCorpus } from '../malformed/corpus.ts';
import { fire } from '../malformed/fire.ts';
import type { Range } from '../malformed/fire.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { bytesOf } from '../malformed/vector.ts';
import { exchangeRaw } from '../support/raw-client.ts';
import { KEY_VARIABLE, oneProvider, startGateway } from '../support/gateway.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
let gateway: RunningGateway;
let range: Range;
const opened = new AsyncDisposableStack();
before(async () => {
  upstream = await startScriptedUpstream();
  opened.defer(async () => upstream.close());
  gateway = await startGateway({
    // Everything that is let through by mistake would arrive at the upstream, unknown paths included.
    yaml: `${oneProvider(upstream.url)}
passthrough: { provider: standin, fallback: true }
server: { clocks: { client_headers: 1s, client_body: 1s } }`,
    environment: { [KEY_VARIABLE]: 'k' },
  });
  opened.defer(async () => gateway.stop());
  range = { gatewayUrl: gateway.url, upstream };
});
after(async () => opened.disposeAsync());

test('the corpus has at least 200 vectors with names of their own', () => {
  const names = new Set([...corpus, ...slowCorpus].map(({ name }) => name));
  assert.ok(names.size >= 200, `${names.size} vectors`);
  assert.equal(names.size, corpus.length + slowCorpus.length);
});

describe('a malformed request gets its exact answer, reaches no upstream and harms no other', () => {
  for (const vector of corpus) {
    test(vector.name, async () => {
      assert.equal(await fire(vector, range), undefined, vector.because);
    });
  }
});

test('a request that never comes to its end is given up with 408', async () => {
  // All at once, because each of them takes as long as the clock that ends it.
  const statuses = await Promise.all(
    slowCorpus.map(async (vector) => {
      const { status } = await exchangeRaw(gateway.url, bytesOf(vector, gateway.url), 10_000);
      return [vector.name, status];
    }),
  );
  assert.deepEqual(
    Object.fromEntries(statuses),
    Object.fromEntries(slowCorpus.map(({ name }) => [name, 408])),
  );
});
