import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServiceLog } from './service-log.ts';

const isLinux = existsSync('/dev/full') && existsSync('/proc/self/fd');

test(
  'a disk that is full costs lines of the log, and no open file per line',
  { skip: !isLinux && 'there is no full device here' },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'switchyard-service-log-'));
    try {
      const file = join(directory, 'headroom.log');
      symlinkSync('/dev/full', file);
      const log = new ServiceLog({ file, maxBytes: 1_000_000, now: () => 0 });
      const before = readdirSync('/proc/self/fd').length;
      for (let line = 0; line < 50; line += 1) log.write(Buffer.from('a line\n'));
      assert.equal(readdirSync('/proc/self/fd').length, before);
      log.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
