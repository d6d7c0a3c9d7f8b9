import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import { isAdminPath } from './admin.ts';
import { PROBES } from './probes.ts';

for (const [path, { name, access }] of Object.entries(PROBES))
  test(`the probe ${path} is what the contract says it is, and takes no input`, () => {
    const endpoint = ENDPOINTS[name];
    assert.deepEqual([endpoint.method, endpoint.path, endpoint.access], ['GET', path, access]);
    for (const input of [endpoint.query, endpoint.parameters, endpoint.body])
      assert.deepEqual(Object.keys(input.shape), []);
  });

test('every path of the contract is told by its beginning, and no path of a client', () => {
  for (const { path } of Object.values(ENDPOINTS)) assert.ok(isAdminPath(path), path);
  for (const path of ['/', '/v1/messages', '/v1/models', '/v1/usage', '/healthy', '/docs/', '/v1beta/models'])
    assert.ok(!isAdminPath(path), path);
});
