import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openLedger, temporaryDirectory } from '../../test/store/workbench.ts';

const CHILD = fileURLToPath(new URL('../../test/store/disk-child.ts', import.meta.url));

/** Runs the recording process where no file may grow beyond `blocks` × 512 bytes. */
function recordOnSmallDisk(directory: string, count: number, blocks: number) {
  const command = `ulimit -f ${blocks}; exec "$0" "$@"`;
  const result = spawnSync('sh', ['-c', command, process.execPath, CHILD, directory, String(count)], {
    encoding: 'utf8',
  });
  assert.equal(result.status, 0, result.stderr);
  return JSON.parse(result.stdout) as { events: string[]; dropped: number; slowestMs: number };
}

test(
  'on a disk that takes no more, recording goes on, losses are counted, and what was taken is folded later',
  { skip: process.platform === 'win32' ? 'there is no limit of file size on Windows' : false },
  async (context) => {
    const directory = temporaryDirectory(context);
    const count = 5_000;
    const { events, dropped } = recordOnSmallDisk(directory, count, 1_024);
    assert.ok(events.includes('store-failing') || events.includes('journal-failing'), events.join());
    assert.ok(events.length < 20, `${events.length} reports are a storm`);
    assert.ok(dropped > 0);
    const { ledger } = openLedger(context, directory);
    await ledger.settle();
    const { allTime } = await ledger.query('stats', {});
    const records = 2 * count - dropped;
    assert.ok(allTime.attempts >= Math.floor(records / 2), `${allTime.attempts} of ${records} records`);
    assert.equal((await ledger.query('audit', {})).integrity, 'ok');
    context.diagnostic(`${allTime.attempts} attempts kept, ${dropped} records dropped: ${events.join()}`);
  },
);
