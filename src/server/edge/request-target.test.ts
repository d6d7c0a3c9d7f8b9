import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequestTarget } from './request-target.ts';

const accepted: readonly (readonly [target: string, path: string, query: string])[] = [
  ['/v1/messages', '/v1/messages', ''],
  ['/v1/messages?beta=true', '/v1/messages', '?beta=true'],
  ['/', '/', ''],
  ['/p/', '/p/', ''],
  ['/people/v1/messages', '/people/v1/messages', ''],
  [
    '/v1beta/models/publishers%2Fgoogle:generateContent',
    '/v1beta/models/publishers%2Fgoogle:generateContent',
    '',
  ],
  ['/v1/files/file_01?x=%2F..%2F', '/v1/files/file_01', '?x=%2F..%2F'],
  ['/v1/models/gpt-6.1', '/v1/models/gpt-6.1', ''],
];

for (const [target, path, query] of accepted) {
  test(`the target ${target} is a plain path`, () => {
    assert.deepEqual(parseRequestTarget(target), { path, query });
  });
}

for (const [target, path, profile] of [
  ['/p/my-profile/v1/messages', '/v1/messages', 'my-profile'],
  ['/p/x', '/', 'x'],
  ['/p/x/', '/', 'x'],
  ['/p/x/p/y/v1/messages', '/p/y/v1/messages', 'x'],
  ['/p/x/v1beta/models/a%2Fb:generateContent', '/v1beta/models/a%2Fb:generateContent', 'x'],
] as const)
  test(`the target ${target} names the profile ${profile}`, () => {
    assert.deepEqual(parseRequestTarget(target), { path, query: '', profile });
  });

const refused = [
  'http://evil.example/v1/messages',
  '*',
  '',
  'v1/messages',
  '//api/status',
  '/api//status',
  '/api/../health',
  '/p/x//api/status',
  '/p/x/../api/status',
  '/p/x%2fapi/status',
  '/api/./status',
  '/api/..',
  '/%2e%2e/api',
  '/api%2fstatus',
  '/api%2Fstatus',
  '/api%5cstatus',
  '/api\\status',
  '/api/status%00',
  '/api/status;x=1',
  '/api/status#x',
  '/api/status?x#y',
  '/api/st\u00e4tus',
  '/v1beta/models/..%2f..%2Fapi/../status',
  `/${'a'.repeat(9_000)}`,
];

for (const target of refused) {
  test(`the target ${JSON.stringify(target.slice(0, 50))} is refused`, () => {
    assert.equal(parseRequestTarget(target), undefined);
  });
}
