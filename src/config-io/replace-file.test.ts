import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const MODULE = new URL('./replace-file.ts', import.meta.url).href;

test(
  'a disk that takes only the beginning of a text leaves the old file as it was',
  { skip: process.platform === 'win32' && 'no limit on the size of files there' },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'switchyard-replace-'));
    try {
      const path = join(directory, 'switchyard.yaml');
      writeFileSync(path, 'old');
      const script = `const { replaceFile } = await import(${JSON.stringify(MODULE)});
        try { replaceFile(process.argv[1], 'x'.repeat(100_000)); } catch (error) { console.log(error.code); }`;
      const limited = 'ulimit -f 8; exec "$@"';
      const words = ['-c', limited, 'sh', process.execPath, '--input-type=module', '-e', script, path];
      const { stdout } = spawnSync('/bin/sh', words, { encoding: 'utf8' });
      assert.equal(stdout, 'EFBIG\n');
      assert.equal(readFileSync(path, 'utf8'), 'old');
      assert.deepEqual(readdirSync(directory), ['switchyard.yaml']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
