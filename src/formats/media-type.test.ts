import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDataUrl, sniffMediaType, writeDataUrl } from './media-type.ts';

test('the first bytes tell the type', () => {
  const heads: readonly (readonly [string, string | undefined])[] = [
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['GIF89a', 'image/gif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['%PDF-1.7', 'application/pdf'],
    ['plain', undefined],
    ['', undefined],
  ];
  for (const [head, type] of heads)
    assert.equal(sniffMediaType(Buffer.from(head, 'latin1').toString('base64')), type);
});

test('data URLs are read in both their forms', () => {
  assert.deepEqual(parseDataUrl('data:text/plain;base64,aGk='), { mediaType: 'text/plain', data: 'aGk=' });
  assert.deepEqual(parseDataUrl('data:,h%20i'), { mediaType: 'text/plain', data: 'aCBp' });
  assert.deepEqual(parseDataUrl('data:text/html,100%'), { mediaType: 'text/html', data: 'MTAwJQ==' });
  assert.equal(parseDataUrl('data:text/plain'), undefined);
  assert.equal(parseDataUrl('https://x.test'), undefined);
  assert.equal(writeDataUrl('image/png', 'AA=='), 'data:image/png;base64,AA==');
});
