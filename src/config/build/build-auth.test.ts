import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../config.test-data.ts';

function authOf(auth: string, variables: Record<string, string> = { A: 'key-a', B: 'key-b' }) {
  const { snapshot, texts } = build({ yaml: `providers: { zai: { auth: ${auth} } }`, variables });
  return { auth: snapshot?.providers.get('zai')?.auth, texts: texts.join('\n') };
}

function keysIn(auth: ReturnType<typeof authOf>['auth']): string[] | undefined {
  return auth?.kind === 'secret' ? auth.ring?.secrets.map((secret) => secret.reveal()) : undefined;
}

test('several keys make a ring, which keeps to the first that is ready unless told otherwise', () => {
  const { auth } = authOf('{ secrets: ["env:A", "env:B"] }');
  assert.deepEqual(keysIn(auth), ['key-a', 'key-b']);
  assert.equal(auth?.kind === 'secret' && auth.ring?.rotate, 'on-refusal');
  const turning = authOf('{ secrets: ["env:A", "env:B"], rotate: in-turn }').auth;
  assert.equal(turning?.kind === 'secret' && turning.ring?.rotate, 'in-turn');
});

test('a key that is not there is told, and the others serve', () => {
  const { auth, texts } = authOf('{ secrets: ["env:A", "env:MISSING"] }');
  assert.equal(auth?.kind === 'secret' && auth.secret.reveal(), 'key-a');
  assert.equal(keysIn(auth), undefined);
  assert.match(texts, /has no credential: the environment variable is not set/);
  assert.equal(authOf('{ secrets: ["env:MISSING"] }').auth?.kind, 'missing');
});

test('one key and several contradict each other', () => {
  assert.match(authOf('{ secret: "env:A", secrets: ["env:B"] }').texts, /has both secret and secrets/);
});
